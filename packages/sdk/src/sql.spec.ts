import { expect, test } from 'vitest';
import { bind, identifier, instant, join, render, sql, toReadable } from './sql.js';

test('values become parameters by their JavaScript type and never text', () => {
  const { text, params } = render(sql`SELECT ${'a'}, ${1}, ${1.5}, ${true}, ${['x']}, ${[1, 2]}`);
  expect(text).toBe('SELECT {p1:String}, {p2:Int64}, {p3:Float64}, {p4:Bool}, {p5:Array(String)}, {p6:Array(Int64)}');
  expect(params).toEqual({ p1: 'a', p2: 1, p3: 1.5, p4: true, p5: ['x'], p6: [1, 2] });
});

test('fragments compose, and equal values share a parameter', () => {
  const inner = sql`SELECT user_id FROM events WHERE event = ${'Order'}`;
  const outer = sql`SELECT count() FROM (${inner}) WHERE ${'Order'} != ${'Other'}`;
  expect(render(outer)).toEqual({
    text: 'SELECT count() FROM (SELECT user_id FROM events WHERE event = {p1:String}) WHERE {p1:String} != {p2:String}',
    params: { p1: 'Order', p2: 'Other' },
  });
});

test('a fragment survives the border to another process', () => {
  const fragment = sql`SELECT ${identifier('we`ird')} = ${"'; DROP TABLE events; --"}`;
  expect(render(JSON.parse(JSON.stringify(fragment)))).toEqual(render(fragment));
});

test('names are quoted so that no name can end its quotes', () => {
  expect(render(identifier('a`b', 'c\\d')).text).toBe('`a\\`b`.`c\\\\d`');
});

test('an instant is bound in UTC to the millisecond', () => {
  expect(instant('2026-11-20T23:59:00+01:00')).toEqual(bind("DateTime64(3, 'UTC')", '2026-11-20 22:59:00.000'));
});

test('join of nothing is nothing', () => {
  expect(render(join([])).text).toBe('');
});

test('the readable form has its values written in and escaped', () => {
  expect(toReadable(sql`name = ${"O'Neil"} AND n IN (${[1, 2]}) AND t < ${instant('2011-12-10T00:00:00Z')}`)).toBe(
    "name = 'O\\'Neil' AND n IN ([1, 2]) AND t < toDateTime64('2011-12-10 00:00:00.000', 3, 'UTC')",
  );
});

test('a number that is none is refused', () => {
  expect(() => sql`${Number.NaN}`).toThrow('value: NaN is not a number');
});
