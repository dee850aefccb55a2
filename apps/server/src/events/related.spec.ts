import { property, sql, trait, type ValueTime } from '@pelton/sdk';
import { type Engine, openEngine } from '@pelton/sdk/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileOver, type DataView } from './data-context.js';
import type { ItemReference } from './related.js';

const TIME = "DateTime64(3, 'UTC')";
const view: DataView = { database: 'default', timezone: 'UTC', asOf: '2026-02-01T00:00:00Z' };
const TYPES: ItemReference[] = [
  { type: 'product', referredBy: ['product', 'lines.sku'], hasMembers: false },
  { type: 'company', referredBy: ['company'], hasMembers: true },
];
const at = (day: number) => `2026-01-${String(day).padStart(2, '0')}T00:00:00Z`;

let engine: Engine;
beforeAll(() => {
  engine = openEngine();
  const event = (message_id: string, who: object, day: number, properties: object) => ({
    message_id,
    type: 'track',
    event: 'Order',
    user_id: '',
    anonymous_id: '',
    ...who,
    timestamp: at(day),
    properties,
  });
  engine.table(
    'events',
    {
      message_id: 'String',
      type: 'String',
      event: 'String',
      user_id: 'String',
      anonymous_id: 'String',
      timestamp: TIME,
      properties: 'JSON',
    },
    [
      event('1', { user_id: 'a' }, 3, { product: 'tea' }),
      event('2', { user_id: 'a' }, 12, { product: 'tea' }),
      event('3', { anonymous_id: 'phone of a' }, 10, { lines: { sku: 'mug' } }),
      event('4', { user_id: 'b' }, 12, { company: 'blue' }),
    ],
    ['event', 'user_id', 'message_id'],
  );
  engine.table('identities', { identifier: 'String', user_id: 'String' }, [
    { identifier: 'phone of a', user_id: 'a' },
    { identifier: 'alias of a', user_id: 'a' },
  ]);
  const traitOf = (user_id: string, name: string, value: string, day: number) => ({
    user_id,
    trait: name,
    value,
    updated_at: at(day),
  });
  engine.table(
    'user_traits',
    { user_id: 'String', trait: 'String', value: 'String', updated_at: TIME },
    [
      traitOf('a', 'plan', 'free', 1),
      traitOf('a', 'plan', 'pro', 10),
      traitOf('alias of a', 'city', 'Oslo', 2),
      traitOf('a', 'city', 'Lyon', 8),
      traitOf('alias of a', 'city', 'Rome', 11),
    ],
    ['user_id', 'trait', 'updated_at'],
  );
  const item = (type: string, item_id: string, name: string, value: string, day: number) => ({
    type,
    item_id,
    property: name,
    value,
    updated_at: at(day),
  });
  engine.table(
    'item_properties',
    { type: 'String', item_id: 'String', property: 'String', value: 'String', updated_at: TIME },
    [
      item('product', 'tea', 'price', '10', 1),
      item('product', 'tea', 'price', '15', 10),
      item('product', 'tea', 'category', 'kitchen', 1),
      item('product', 'mug', 'price', '4', 10),
      item('company', 'acme', 'industry', 'steel', 1),
      item('company', 'blue', 'industry', 'water', 1),
    ],
    ['type', 'property', 'item_id', 'updated_at'],
  );
  engine.table(
    'memberships',
    { type: 'String', item_id: 'String', identifier: 'String', at: TIME },
    [
      { type: 'company', item_id: 'acme', identifier: 'alias of a', at: at(1) },
      { type: 'company', item_id: 'blue', identifier: 'a', at: at(11) },
    ],
    ['type', 'identifier', 'at'],
  );
});
afterAll(() => engine.close());

const ofEvents = async (name: string, values: ValueTime, over: Partial<DataView> = {}) => {
  const query = await compileOver(
    { ...view, ...over },
    ({ events }) =>
      Promise.resolve(
        sql`SELECT message_id, ${property(name, 'text', values)} AS value FROM ${events} ORDER BY message_id`,
      ),
    () => Promise.resolve(TYPES),
  );
  return engine.rows<{ message_id: string; value: string }>(query).map((row) => row.value);
};

describe('a value of whom an event is about', () => {
  test.each([
    ['@user.plan', ['pro', 'pro', 'pro', ''], ['free', 'pro', 'pro', '']],
    ['@user.city', ['Lyon', 'Lyon', 'Lyon', ''], ['Oslo', 'Lyon', 'Lyon', '']],
    ['@product.price', ['15', '15', '4', ''], ['10', '15', '4', '']],
    ['@product.category', ['kitchen', 'kitchen', '', ''], ['kitchen', 'kitchen', '', '']],
    ['@company.industry', ['water', 'water', 'water', 'water'], ['steel', 'water', 'steel', 'water']],
  ])('%s is %j now, and was %j at the time of the event', async (name, latest, then) => {
    expect(await ofEvents(name, 'latest')).toEqual(latest);
    expect(await ofEvents(name, 'at_the_time_of_the_event')).toEqual(then);
  });

  test('latest is as of the run', async () => {
    expect(await ofEvents('@product.price', 'latest', { asOf: at(9) })).toEqual(['10']);
    expect(await ofEvents('@user.plan', 'latest', { asOf: at(9) })).toEqual(['free']);
  });

  test('a draft run sees the items that it would have stored', async () => {
    const items = [
      sql`SELECT 'product' AS type, 'tea' AS item_id, 'price' AS property, '20' AS value, toDateTime64('2026-01-15 00:00:00', 3, 'UTC') AS updated_at`,
    ];
    expect(await ofEvents('@product.price', 'latest', { draft: { events: [], traits: [], items } })).toEqual([
      '20',
      '20',
      '4',
      '',
    ]);
  });

  test('a project without identities has the same values of its known users', async () => {
    expect(await ofEvents('@user.city', 'at_the_time_of_the_event', { hasIdentities: false })).toEqual([
      '',
      'Lyon',
      '',
    ]);
  });

  test('a type that nobody declared is a property like any other', async () => {
    expect(await ofEvents('@planet.mass', 'latest')).toEqual(['', '', '', '']);
  });

  test('numbers add up', async () => {
    const revenue = async (values: ValueTime) => {
      const query = await compileOver(
        view,
        ({ events }) =>
          Promise.resolve(sql`SELECT sum(${property('@product.price', 'number', values)}) AS sum FROM ${events}`),
        () => Promise.resolve(TYPES),
      );
      return engine.rows(query)[0]?.['sum'];
    };
    expect([await revenue('latest'), await revenue('at_the_time_of_the_event')]).toEqual([34, 29]);
  });
});

test('a trait of the group that a user is in is one of the user', async () => {
  const query = await compileOver(
    view,
    ({ users }) =>
      Promise.resolve(
        sql`SELECT user_id, ${trait('@company.industry', 'text')} AS industry, ${trait('plan', 'text')} AS plan FROM ${users}`,
      ),
    () => Promise.resolve(TYPES),
  );
  expect(engine.rows(query)).toEqual([{ user_id: 'a', industry: 'water', plan: 'pro' }]);
});

test('events of which nothing of the kind is named are not joined, and nobody asks for item types', async () => {
  const query = await compileOver(
    { ...view, hasIdentities: false },
    ({ events }) => Promise.resolve(sql`SELECT ${property('product', 'text')} FROM ${events}`),
    () => Promise.reject(new Error('asked')),
  );
  expect(query.parts.filter((part) => typeof part === 'string').join('')).not.toMatch(
    /JOIN|item_properties|user_traits/,
  );
});
