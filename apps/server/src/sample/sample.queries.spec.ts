import { sql, toReadable } from '@pelton/sdk';
import { type Engine, openEngine } from '@pelton/sdk/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  behaviourEventsQuery,
  exposuresQuery,
  itemsQuery,
  ordersQuery,
  type SampleYear,
  sessionsQuery,
  traitsQuery,
} from './sample.queries.js';
import { plannedRetention, SHOP } from './sample-shop.js';

let engine: Engine;
beforeAll(() => {
  engine = openEngine();
});
afterAll(() => engine.close());

const year: SampleYear = { seed: 'pelton', until: '2026-11-21T00:00:00Z' };
const one = <T extends Record<string, unknown>>(query: ReturnType<typeof sql>) => engine.rows<T>(query)[0] as T;

test('a year has about a million events of 20,000 users', () => {
  const { events, users, first, last } = one<{ events: number; users: number; first: string; last: string }>(
    sql`SELECT count() AS events, uniqExact(user_id) AS users, min(timestamp) AS first, max(timestamp) AS last FROM (${behaviourEventsQuery(year)})`,
  );
  expect(events).toBeGreaterThan(900_000);
  expect(events).toBeLessThan(1_300_000);
  expect(users).toBeGreaterThan(SHOP.users * 0.99); // some who came in the last week have not been active yet
  expect(first >= '2025-11-21').toBe(true);
  expect(last < '2026-11-21 00:05').toBe(true);
});

test('the same seed gives the same data, another seed other data', () => {
  const checksum = (of: SampleYear) =>
    one<{ sum: string }>(
      sql`SELECT toString(sum(cityHash64(order_id, customer_id, ordered_at, amount))) AS sum FROM (${ordersQuery(of)})`,
    ).sum;
  expect(checksum(year)).toBe(checksum({ ...year }));
  expect(checksum(year)).not.toBe(checksum({ ...year, seed: 'other' }));
});

describe('the truths that are written down', () => {
  test.each([1, 4, 10, 25])('retention in week %i, outside the dip', (week) => {
    const weekOf = sql`toDateTime('2025-11-21 00:00:00', 'UTC') + toIntervalDay(first + 7 * ${week})`;
    const sessions = sql`SELECT user_id, week, intDiv(dateDiff('second', toDateTime('2025-11-21 00:00:00', 'UTC'), min(at) OVER (PARTITION BY user_id)), 86400) AS first FROM (${sessionsQuery(year)})`;
    const users = sql`SELECT user_id, any(first) AS first, max(week = ${week}) AS back FROM (${sessions}) GROUP BY user_id HAVING first + 7 * ${week} < 350 AND toMonth(${weekOf}) NOT IN (7, 8, 9)`;
    const { share, count } = one<{ share: number; count: number }>(
      sql`SELECT avg(back) AS share, count() AS count FROM (${users})`,
    );
    const planned = plannedRetention(week);
    const tolerance = 4 * Math.sqrt((planned * (1 - planned)) / count);
    expect(Math.abs(share - planned)).toBeLessThan(tolerance);
  });

  test('August has the dip', () => {
    const byMonth = engine.rows<{ month: number; share: number }>(
      sql`SELECT toMonth(toDateTime('2025-11-21 00:00:00', 'UTC') + toIntervalDay(day)) AS month, count() / (10 * count(DISTINCT day)) AS share FROM (SELECT user_id, toUInt16(intDiv(dateDiff('second', toDateTime('2025-11-21 00:00:00', 'UTC'), at), 86400)) AS day FROM (${sessionsQuery(year)}) WHERE week > 20) GROUP BY month`,
    );
    const share = (month: number) => byMonth.find((row) => row.month === month)?.share ?? 0;
    const around = (share(7) + share(9)) / 2;
    expect(share(8) / around).toBeGreaterThan(SHOP.dip.factor - 0.12);
    expect(share(8) / around).toBeLessThan(SHOP.dip.factor + 0.17);
  });

  test('the banner brings its share of users one more order', () => {
    const ordered = sql`SELECT exposed.user_id AS user_id, any(exposed.variation) AS variation, max(orders.ordered_at >= exposed.at AND orders.ordered_at < exposed.at + INTERVAL 14 DAY) AS did FROM (${exposuresQuery(year)}) AS exposed LEFT JOIN (${ordersQuery(year)}) AS orders ON orders.customer_id = exposed.user_id GROUP BY user_id`;
    const arms = engine.rows<{ variation: string; users: number; share: number }>(
      sql`SELECT variation, count() AS users, avg(did) AS share FROM (${ordered}) GROUP BY variation ORDER BY variation`,
    );
    const [banner, plain] = arms;
    if (!banner || !plain) throw new Error('both arms have users');
    const expected = (1 - plain.share) * SHOP.experiment.extraOrderShare;
    const error = Math.sqrt(
      (banner.share * (1 - banner.share)) / banner.users + (plain.share * (1 - plain.share)) / plain.users,
    );
    expect(banner.users + plain.users).toBeGreaterThan(3_000);
    expect(Math.abs(banner.share - plain.share - expected)).toBeLessThan(4 * error);
  });
});

test('every user has traits, and there are products and a weather for each day', () => {
  expect(
    one(sql`SELECT uniqExact(user_id) AS users, countIf(trait = 'email') AS emails FROM (${traitsQuery(year)})`),
  ).toEqual({ users: SHOP.users, emails: SHOP.users });
  expect(
    engine.rows(
      sql`SELECT type, uniqExact(item_id) AS items, count() AS values FROM (${itemsQuery(year)}) GROUP BY type ORDER BY type`,
    ),
  ).toEqual([
    { type: 'product', items: 18, values: 18 * (3 + 12) },
    { type: 'weather_day', items: SHOP.days, values: SHOP.days * 2 },
  ]);
  expect(toReadable(itemsQuery(year))).toContain('Stoneware mug');
});
