import { readFileSync } from 'node:fs';
import { type DataContext, instant, type Sql, sql } from '@pelton/sdk';
import { checkConformance, dataContext, type Engine, openEngine } from '@pelton/sdk/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { behaviour } from './behaviour.js';
import plugin from './index.js';

const order = (user_id: string, timestamp: string, properties: object = {}) => ({
  user_id,
  event: 'Order Completed',
  timestamp,
  properties,
});

let engine: Engine;
let context: DataContext;
beforeAll(() => {
  engine = openEngine();
  context = dataContext(engine, {
    asOf: '2011-12-10T00:00:00Z',
    timezone: 'Asia/Seoul',
    events: [
      order('loyal', '2011-02-17T16:00:00Z', { total: 50, country: 'FR' }),
      order('loyal', '2011-11-30T10:00:00Z', { total: '20' }),
      order('loyal', '2011-12-01T10:00:00Z', { total: 'n/a' }),
      order('lapsed', '2011-02-18T10:00:00Z', { total: 10 }),
      order('edge', '2011-09-11T00:00:00Z'),
      order('outside', '2011-09-10T23:59:59.999Z'),
      order('late', '2011-12-10T00:00:00Z'),
      { user_id: 'late', event: 'Visit', timestamp: '2011-12-09T23:59:59.999Z', properties: {} },
      { user_id: 'visitor', event: 'Visit', timestamp: '2011-03-01T00:00:00Z', properties: { seconds: 5 } },
    ],
    users: [
      { user_id: 'loyal', traits: { plan: 'pro', age: '40' } },
      { user_id: 'lapsed', traits: { plan: 'free', age: '25' } },
      { user_id: 'quiet', traits: { plan: 'pro', age: 'unknown' } },
    ],
  });
});
afterAll(() => engine.close());

const compile = (params: object) => behaviour.calls.compile({ params, context });
const rows = (members: Sql) => engine.rows(sql`SELECT * FROM (${members}) ORDER BY user_id`);
const who = async (params: object) => rows(await compile(params)).map((row) => row['user_id']);
const reasons = async (params: object) =>
  Object.fromEntries(rows(await compile(params)).map((row) => [row['user_id'], row['evidence']]));

const did = { kind: 'did', event: 'Order Completed' };
const didNot = { kind: 'did_not', event: 'Order Completed' };

test('the plugin conforms', () => {
  const packageJson: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  expect(checkConformance(plugin, packageJson)).toEqual([]);
});

describe('did', () => {
  test('ever, with the count as score and the reason in the time zone of the project', async () => {
    expect(rows(await compile({ rules: [did] }))).toEqual([
      { user_id: 'edge', value: '', score: 1, evidence: '1 × Order Completed, last 11 Sep 2011' },
      { user_id: 'lapsed', value: '', score: 1, evidence: '1 × Order Completed, last 18 Feb 2011' },
      { user_id: 'loyal', value: '', score: 3, evidence: '3 × Order Completed, last 1 Dec 2011' },
      { user_id: 'outside', value: '', score: 1, evidence: '1 × Order Completed, last 11 Sep 2011' },
    ]);
  });

  test('at least so often', async () => {
    expect(await who({ rules: [{ ...did, times: 3 }] })).toEqual(['loyal']);
    expect(await who({ rules: [{ ...did, times: 4 }] })).toEqual([]);
  });

  test('in a window that includes its beginning and ends before as-of', async () => {
    expect(await who({ rules: [{ ...did, days: 90 }] })).toEqual(['edge', 'loyal']);
    expect(rows(await compile({ rules: [{ ...did, days: 90, times: 2 }] }))).toEqual([
      { user_id: 'loyal', value: '', score: 2, evidence: '2 × Order Completed, last 1 Dec 2011' },
    ]);
  });

  test('any event', async () => {
    expect(await reasons({ rules: [{ times: 2 }] })).toEqual({ loyal: '3 × event, last 1 Dec 2011' });
  });

  test('an event that never happened tags nobody', async () => {
    expect(await who({ rules: [{ event: "'; DROP TABLE events; --" }] })).toEqual([]);
  });
});

describe('did not', () => {
  test('looks at everybody: users without the event, and users with traits who never did anything', async () => {
    expect(await reasons({ rules: [didNot] })).toEqual({
      late: 'never Order Completed',
      quiet: 'never Order Completed',
      visitor: 'never Order Completed',
    });
  });

  test('in the last days, and says since when', async () => {
    expect(rows(await compile({ rules: [{ ...didNot, days: 90 }] }))).toEqual([
      { user_id: 'lapsed', value: '', score: null, evidence: 'no Order Completed since 18 Feb 2011' },
      { user_id: 'late', value: '', score: null, evidence: 'never Order Completed' },
      { user_id: 'outside', value: '', score: null, evidence: 'no Order Completed since 11 Sep 2011' },
      { user_id: 'quiet', value: '', score: null, evidence: 'never Order Completed' },
      { user_id: 'visitor', value: '', score: null, evidence: 'never Order Completed' },
    ]);
  });

  test('so often is fewer than so often', async () => {
    expect(await reasons({ rules: [{ ...didNot, times: 2 }] })).toMatchObject({
      lapsed: '1 × Order Completed, last 18 Feb 2011',
      quiet: 'never Order Completed',
    });
    expect(await who({ rules: [{ ...didNot, times: 2 }] })).not.toContain('loyal');
  });

  test('any event', async () => {
    expect(await reasons({ rules: [{ kind: 'did_not', days: 90 }] })).toEqual({
      lapsed: 'no event since 18 Feb 2011',
      outside: 'no event since 11 Sep 2011',
      quiet: 'never any event',
      visitor: 'no event since 1 Mar 2011',
    });
  });
});

describe('where', () => {
  const total = (operator: string, value: number) => ({
    combinator: 'and',
    rules: [{ field: 'total', operator, value }],
  });

  test('counts only events of which it holds; a property of the wrong type does not', async () => {
    expect(await reasons({ rules: [{ ...did, where: total('>=', 20) }] })).toEqual({
      loyal: '2 × Order Completed, last 30 Nov 2011',
    });
  });

  test('narrows what was not done', async () => {
    expect(await who({ rules: [{ ...didNot, where: total('>=', 10) }] })).toEqual([
      'edge',
      'late',
      'outside',
      'quiet',
      'visitor',
    ]);
  });

  test('a value that does not fit is refused, by name', async () => {
    const where = { combinator: 'and', rules: [{ field: 'total', operator: 'between', value: [1] }] };
    await expect(compile({ rules: [{ ...did, where }] })).rejects.toThrow('total: “between” needs two values');
  });
});

describe('several rules', () => {
  const lapsed = [{ ...didNot, days: 90 }, did];

  test('all: lapsed buyers, with a reason for each rule', async () => {
    expect(await reasons({ rules: lapsed })).toEqual({
      lapsed: 'no Order Completed since 18 Feb 2011; 1 × Order Completed, last 18 Feb 2011',
      outside: 'no Order Completed since 11 Sep 2011; 1 × Order Completed, last 11 Sep 2011',
    });
  });

  test('any: whoever one rule holds of, with the reasons that hold', async () => {
    const rules = [
      { ...did, times: 3 },
      { event: 'Visit', days: 1 },
    ];
    expect(await reasons({ match: 'any', rules })).toEqual({
      late: '1 × Visit, last 10 Dec 2011',
      loyal: '3 × Order Completed, last 1 Dec 2011',
    });
  });

  test('any with a did not finds those who never did anything', async () => {
    const rules = [{ ...did, times: 3 }, { kind: 'did_not' }];
    expect(await reasons({ match: 'any', rules })).toEqual({
      loyal: '3 × Order Completed, last 1 Dec 2011',
      quiet: 'never any event',
    });
  });

  test('there is at least one and at most ten', async () => {
    await expect(compile({ rules: [] })).rejects.toThrow('Rules: Add at least one rule');
    await expect(compile({ rules: Array.from({ length: 11 }, () => did) })).rejects.toThrow('Ten rules are the most');
    expect(await who({ match: 'any', rules: Array.from({ length: 10 }, () => ({ ...did, times: 3 })) })).toEqual([
      'loyal',
    ]);
  });
});

describe('only users of whom', () => {
  const trait = (field: string, operator: string, value?: unknown) => ({
    combinator: 'and',
    rules: [{ field, operator, ...(value !== undefined && { value }) }],
  });

  test('a trait is compared by the type of the value', async () => {
    expect(await who({ rules: [didNot], who: trait('plan', '=', 'pro') })).toEqual(['quiet']);
    expect(await who({ rules: [did], who: trait('age', '>', 30) })).toEqual(['loyal']);
    expect(await who({ rules: [did], who: trait('plan', 'in', ['free', 'pro']) })).toEqual(['lapsed', 'loyal']);
  });

  test('a user without traits has them empty', async () => {
    expect(await who({ rules: [did], who: trait('plan', '!=', 'pro') })).toEqual(['edge', 'lapsed', 'outside']);
    expect(await who({ rules: [did], who: trait('plan', 'null') })).toEqual(['edge', 'outside']);
  });
});

test('members survive JSON', async () => {
  const members = await compile({ rules: [{ ...didNot, days: 90 }, did] });
  expect(rows(JSON.parse(JSON.stringify(members)) as Sql)).toEqual(rows(members)); // what another process would hand over
});

test('a run over history gives what it would have given then', async () => {
  const asOf = '2011-05-20T00:00:00Z';
  const events = sql`(SELECT * FROM ${context.events} WHERE timestamp < ${instant(asOf)})`;
  const params = { rules: [{ ...didNot, days: 90 }, did] };
  const members = await behaviour.calls.compile({ params, context: { ...context, asOf, events } });
  expect(rows(members)).toMatchObject([
    { user_id: 'lapsed', evidence: 'no Order Completed since 18 Feb 2011; 1 × Order Completed, last 18 Feb 2011' },
    { user_id: 'loyal', evidence: 'no Order Completed since 18 Feb 2011; 1 × Order Completed, last 18 Feb 2011' },
  ]);
});
