import { afterEach, describe, expect, test, vi } from 'vitest';
import render from './render.worker.js';

const USER = { user: { name: 'Ann <b>', orders: [{ sku: 'tea' }, { sku: 'cup' }] } };
const field = (text: string, isHtml = false) => ({ field: 'text', text, isHtml });
const ofOne = (text: string, isHtml = false) => render({ templates: [field(text, isHtml)], rows: [USER] });
const LOOP = '{% for i in (1..300) %}';

afterEach(() => vi.restoreAllMocks());

test('fills in each row; what is put into HTML is text there', () => {
  const rows = [USER, { user: { name: 'Bob', orders: [] } }];
  const text = '{{ user.name }}:{% for order in user.orders %} {{ order.sku }}{% endfor %}';
  expect(render({ templates: [field(text)], rows })).toEqual({
    ok: true,
    rows: [{ text: 'Ann <b>: tea cup' }, { text: 'Bob:' }],
  });
  expect(ofOne('{{ user.name }}', true)).toEqual({ ok: true, rows: [{ text: 'Ann &lt;b&gt;' }] });
});

test('a message is rendered on a machine so busy that seconds pass between two of its parts', () => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 10_000));
  expect(ofOne(`${LOOP}{{ i }} {% endfor %}`)).toMatchObject({ ok: true });
});

describe('a template that would never end is given up', () => {
  test.each([
    ['loops in loops', `${LOOP}${LOOP}${LOOP}x{% endfor %}{% endfor %}{% endfor %}`, 'more than 50000 parts'],
    ['loops around nothing', `${LOOP}${LOOP}{% endfor %}{% endfor %}`, 'more than 50000 parts'],
    ['tables', `{% tablerow i in (1..60000) %}{% endtablerow %}`, 'more than 50000 parts'],
    ['a range', '{% for i in (1..1000000000) %}x{% endfor %}', 'memory'],
    ['text that doubles', `{% assign a = "xx" %}${LOOP}{% assign a = a | append: a %}{% endfor %}{{ a }}`, 'memory'],
    ['dates that are padded', "{{ 'now' | date: '%1000000000d' }}", 'memory'],
    ['a long template', 'x'.repeat(200_000), 'parse'],
  ])('%s', (_what, text, reason) => {
    const begun = performance.now();
    expect(ofOne(text)).toMatchObject({ ok: false, field: 'text', reason: expect.stringContaining(reason) as string });
    expect(performance.now() - begun).toBeLessThan(5_000); // a tenth of a second when nothing else goes on
  });
});

test('nothing outside of the row can be reached', () => {
  for (const text of ["{% include '/etc/hostname' %}", "{% render '../package.json' %}"])
    expect(ofOne(text)).toMatchObject({ ok: false });
  expect(ofOne('{{ user.constructor }}{{ user.__proto__.toString }}{{ user.name.constructor }}')).toEqual({
    ok: true,
    rows: [{ text: '' }],
  });
});
