import type { Sql } from '@pelton/contract';
import { bind, instant, join, sql } from '@pelton/sdk';
import { chooseVariationQuery } from '../experiments/experiment.queries.js';
import {
  CAMPAIGNS,
  COUNTRIES,
  FIRST_NAMES,
  LAST_NAMES,
  PRODUCTS,
  REFERRERS,
  SEARCH_TERMS,
  SHOP,
} from './sample-shop.js';

/** Which year of the shop: the same seed and end give the same data, byte for byte. */
export interface SampleYear {
  seed: string;
  /** ISO instant at midnight UTC that the year ends at. */
  until: string;
}

export const BANNER = {
  name: SHOP.experiment.name,
  seed: '',
  coverage: 1,
  variations: [
    { key: 'plain', title: 'No banner', weight: 0.5 },
    { key: 'banner', title: 'Banner', weight: 0.5 },
  ],
};

/** A number from 0 to 1 that depends on the seed, a salt and the keys, and on nothing else. */
function chance({ seed }: SampleYear, salt: string, ...keys: Sql[]): Sql {
  return sql`sipHash64(${join([sql`${`${seed} ${salt}`}`, ...keys])}) / 18446744073709551616.`;
}

/** One of a list, by chance. */
function pick(year: SampleYear, list: readonly string[], salt: string, ...keys: Sql[]): Sql {
  return sql`arrayElement(${bind('Array(String)', [...list])}, 1 + toUInt32(floor(${chance(year, salt, ...keys)} * ${list.length})))`;
}

function start({ until }: SampleYear): Sql {
  return sql`(${instant(until)} - INTERVAL ${SHOP.days} DAY)`;
}

/** user_id, first_day: 0 to 364. Four in ten were there at the beginning; the others came evenly over the year. */
export function usersQuery(year: SampleYear): Sql {
  const userId = sql`concat('u', leftPad(toString(number + 1), 5, '0'))`;
  const early = sql`${chance(year, 'early', sql`number`)} < 0.4`;
  const late = sql`toUInt16(floor(${chance(year, 'first day', sql`number`)} * ${SHOP.days}))`;
  const soon = sql`toUInt16(floor(${chance(year, 'first day', sql`number`)} * 28))`;
  return sql`SELECT ${userId} AS user_id, if(${early}, ${soon}, ${late}) AS first_day FROM numbers(${SHOP.users})`;
}

/**
 * user_id, week (since the first), at: when an active week's session begins. The first week is always active.
 */
export function sessionsQuery(year: SampleYear): Sql {
  const { base, start: initial, weeks } = SHOP.retention;
  const week = sql`SELECT user_id, first_day, arrayJoin(range(toUInt16(intDiv(${SHOP.days - 1} - first_day, 7) + 1))) AS week FROM (${usersQuery(year)})`;
  const begin = sql`${start(year)} + toIntervalDay(first_day + 7 * week)`;
  const season = sql`if(toMonth(${begin}) = ${SHOP.dip.month}, ${bind('Float64', SHOP.dip.factor)}, 1.)`;
  const isActive = sql`week = 0 OR ${chance(year, 'active', sql`user_id`, sql`week`)} < (${bind('Float64', base)} + ${bind('Float64', initial)} * exp(-week / ${bind('Float64', weeks)})) * ${season}`;
  const active = sql`SELECT user_id, week, ${begin} AS week_at FROM (${week}) WHERE ${isActive}`;
  const count = sql`1 + toUInt8(floor(${chance(year, 'sessions', sql`user_id`, sql`week`)} * ${SHOP.session.most}))`;
  const each = sql`SELECT user_id, week, week_at, arrayJoin(range(${count})) AS nth FROM (${active})`;
  const moment = sql`toIntervalSecond(toUInt32(${chance(year, 'moment', sql`user_id`, sql`week`, sql`nth`)} * 604000))`;
  return sql`SELECT user_id, week, nth, week_at + ${moment} AS at FROM (${each}) WHERE at < ${instant(year.until)}`;
}

/** Orders as the shop's own system would export them: order_id, customer_id, ordered_at, status, product_id, category, quantity, amount, country. */
export function ordersQuery(year: SampleYear): Sql {
  const regular = sql`SELECT concat('o', hex(sipHash64(${year.seed}, user_id, week, nth))) AS order_id, user_id, at + INTERVAL 7 MINUTE AS at FROM (${sessionsQuery(year)}) WHERE ${chance(year, 'order', sql`user_id`, sql`week`, sql`nth`)} < ${bind('Float64', SHOP.session.orderShare)}`;
  const within = sql`toIntervalSecond(toUInt32(${chance(year, 'extra moment', sql`user_id`)} * ${SHOP.experiment.extraOrderDays * 86_400 - 3_600}) + 1800)`;
  const extra = sql`SELECT concat('x', hex(sipHash64(${year.seed}, user_id))) AS order_id, user_id, at + ${within} AS at FROM (${exposuresQuery(year)}) WHERE variation = 'banner' AND ${chance(year, 'extra', sql`user_id`)} < ${bind('Float64', SHOP.experiment.extraOrderShare)}`;
  const product = sql`1 + toUInt32(floor(${chance(year, 'product', sql`order_id`)} * ${PRODUCTS.length}))`;
  const from = <T extends string | number>(type: string, values: readonly T[]) =>
    sql`arrayElement(${bind(`Array(${type})`, [...values])}, product)`;
  const quantity = sql`toUInt8(1 + floor(${chance(year, 'quantity', sql`order_id`)} * 4))`;
  // A cancelled order of the test would hide a part of its effect, which is written down as a share of users.
  const status = sql`if(startsWith(order_id, 'o') AND ${chance(year, 'cancelled', sql`order_id`)} < ${bind('Float64', SHOP.cancelledShare)}, 'cancelled', 'paid')`;
  const lines = sql`SELECT order_id, user_id, at, ${product} AS product, ${quantity} AS quantity FROM (${regular} UNION ALL ${extra}) WHERE at < ${instant(year.until)}`;
  return sql`SELECT order_id, user_id AS customer_id, at AS ordered_at, ${status} AS status, ${from(
    'String',
    PRODUCTS.map((item) => item.id),
  )} AS product_id, ${from(
    'String',
    PRODUCTS.map((item) => item.category),
  )} AS category, quantity, toFloat64(quantity * ${from(
    'Float64',
    PRODUCTS.map((item) => item.price),
  )}) AS amount, ${pick(year, COUNTRIES, 'country', sql`user_id`)} AS country FROM (${lines}) ORDER BY ordered_at, order_id`;
}

/** Who took part in the past test, since when, with which variation: everybody with a session in its weeks. */
export function exposuresQuery(year: SampleYear): Sql {
  const { startDaysBefore, days } = SHOP.experiment;
  const from = sql`${instant(year.until)} - INTERVAL ${startDaysBefore} DAY`;
  const first = sql`SELECT user_id, min(at) AS first_at FROM (${sessionsQuery(year)}) WHERE at >= ${from} AND at < ${from} + INTERVAL ${days} DAY GROUP BY user_id`;
  const chosen = chooseVariationQuery(sql`SELECT user_id FROM (${first})`, BANNER);
  return sql`SELECT chosen.user_id AS user_id, chosen.variation AS variation, first.first_at AS at FROM (${chosen}) AS chosen INNER JOIN (${first}) AS first USING (user_id)`;
}

/** Rows for \`events\`: what people did in their sessions, page by page; orders come through the pipeline. */
export function behaviourEventsQuery(year: SampleYear): Sql {
  const pages = sql`2 + toUInt8(floor(${chance(year, 'pages', sql`user_id`, sql`week`, sql`nth`)} * 3))`;
  const steps = sql`SELECT user_id, week, nth, at, arrayJoin(range(${pages})) AS page FROM (${sessionsQuery(year)})`;
  const roll = chance(year, 'event', sql`user_id`, sql`week`, sql`nth`, sql`page`);
  const keys = [sql`user_id`, sql`week`, sql`nth`, sql`page`];
  const product = sql`1 + toUInt32(floor(${chance(year, 'viewed', ...keys)} * ${PRODUCTS.length}))`;
  const rolled = sql`SELECT *, ${roll} AS roll, ${product} AS product FROM (${steps})`;
  const event = sql`multiIf(page = 0, 'Page Viewed', roll < 0.35, 'Page Viewed', roll < 0.75, 'Product Viewed', roll < 0.88, 'Searched', 'Product Added')`;
  const named = sql`SELECT *, ${event} AS event FROM (${rolled})`;
  const ofProduct = (values: readonly string[]) =>
    sql`if(event IN ('Product Viewed', 'Product Added'), arrayElement(${bind('Array(String)', [...values])}, product), NULL)`;
  const session = [sql`user_id`, sql`week`, sql`nth`];
  const nullable = 'Nullable(String)';
  const properties = [
    {
      name: 'path',
      type: nullable,
      value: sql`if(event = 'Page Viewed', ${pick(year, ['/', '/offers', '/garden', '/kitchen', '/baby', '/car'], 'path', ...keys)}, NULL)`,
    },
    { name: 'product', type: nullable, value: ofProduct(PRODUCTS.map((item) => item.id)) },
    { name: 'category', type: nullable, value: ofProduct(PRODUCTS.map((item) => item.category)) },
    {
      name: 'term',
      type: nullable,
      value: sql`if(event = 'Searched', ${pick(year, SEARCH_TERMS, 'term', ...keys)}, NULL)`,
    },
    {
      name: 'referrer',
      type: nullable,
      value: sql`if(page = 0, nullIf(${pick(year, REFERRERS, 'referrer', ...session)}, ''), NULL)`,
    },
    {
      name: 'campaign',
      type: nullable,
      value: sql`if(page = 0, nullIf(${pick(year, CAMPAIGNS, 'campaign', ...session)}, ''), NULL)`,
    },
    {
      name: 'device',
      type: nullable,
      value: sql`if(page = 0, ${pick(year, ['phone', 'phone', 'computer', 'tablet'], 'device', sql`user_id`)}, NULL)`,
    },
  ];
  const id = sql`hex(sipHash128(${year.seed}, 'event', ${join(keys)}))`;
  return eventRows(named, {
    id,
    type: sql`if(event = 'Page Viewed', 'page', 'track')`,
    event: sql`event`,
    at: sql`at + toIntervalSecond(page * 40)`,
    properties,
    source: 'website',
  });
}

/** Rows for \`events\`: who saw which variation of the past test. */
export function exposureEventsQuery(year: SampleYear): Sql {
  return eventRows(exposuresQuery(year), {
    id: sql`hex(sipHash128('exposure', ${BANNER.name}, user_id))`,
    type: sql`'system'`,
    event: sql`'Experiment Viewed'`,
    at: sql`at`,
    properties: [
      { name: 'experiment', type: 'String', value: sql`${BANNER.name}` },
      { name: 'variation', type: 'String', value: sql`variation` },
    ],
    source: 'experiment',
  });
}

/** Rows for \`user_traits\`: name, email, country and plan of each user. */
export function traitsQuery(year: SampleYear): Sql {
  const key = sql`user_id`;
  const pairs = [
    sql`('name', concat(${pick(year, FIRST_NAMES, 'first name', key)}, ' ', ${pick(year, LAST_NAMES, 'last name', key)}))`,
    sql`('first_name', ${pick(year, FIRST_NAMES, 'first name', key)})`,
    sql`('email', concat(user_id, '@example.org'))`,
    sql`('country', ${pick(year, COUNTRIES, 'country', key)})`,
    sql`('newsletter', if(${chance(year, 'newsletter', key)} < 0.6, 'true', 'false'))`,
  ];
  return sql`SELECT user_id, pair.1 AS trait, pair.2 AS value, ${start(year)} + toIntervalDay(first_day) AS updated_at FROM (SELECT user_id, first_day, arrayJoin([${join(pairs)}]) AS pair FROM (${usersQuery(year)}))`;
}

/** Rows for `item_properties`: the shop's products with their stock of each month, and, from outside, the weather of each day. */
export function itemsQuery(year: SampleYear): Sql {
  const list = (type: string, values: readonly (string | number)[]) => bind(`Array(${type})`, [...values]);
  const of = (type: string, values: readonly (string | number)[]) =>
    sql`arrayElement(${list(type, values)}, number + 1)`;
  const productId = of(
    'String',
    PRODUCTS.map((item) => item.id),
  );
  const facts = [
    sql`('name', ${of(
      'String',
      PRODUCTS.map((item) => item.name),
    )})`,
    sql`('category', ${of(
      'String',
      PRODUCTS.map((item) => item.category),
    )})`,
    sql`('price', toString(${of(
      'Float64',
      PRODUCTS.map((item) => item.price),
    )}))`,
  ];
  const from = sql`numbers(${PRODUCTS.length})`;
  const products = properties('product', { id: productId, pairs: facts, at: start(year), from });
  const month = sql`arrayJoin(range(12))`;
  const stock = sql`('stock', toString(toUInt8(${chance(year, 'stock', sql`number`, sql`month`)} * 80)))`;
  const months = sql`(SELECT number, ${month} AS month FROM ${from})`;
  const stocks = properties('product', {
    id: productId,
    pairs: [stock],
    at: sql`${start(year)} + toIntervalDay(30 * month)`,
    from: months,
  });
  const day = sql`toDate(${start(year)} + toIntervalDay(number))`;
  const degrees = sql`round(11 - 8 * cos((toDayOfYear(${day}) - 20) / 58.1) + 6 * (${chance(year, 'weather', sql`number`)} - 0.5), 1)`;
  const rain = sql`if(${chance(year, 'rain', sql`number`)} < 0.35, 'true', 'false')`;
  const weather = properties('weather_day', {
    id: sql`toString(${day})`,
    pairs: [sql`('degrees', toString(${degrees}))`, sql`('rain', ${rain})`],
    at: start(year),
    from: sql`numbers(${SHOP.days})`,
  });
  return sql`${products} UNION ALL ${stocks} UNION ALL ${weather}`;
}

function properties(type: string, { id, pairs, at, from }: { id: Sql; pairs: Sql[]; at: Sql; from: Sql }): Sql {
  return sql`SELECT ${type} AS type, item_id, pair.1 AS property, pair.2 AS value, updated_at FROM (SELECT ${id} AS item_id, arrayJoin([${join(pairs)}]) AS pair, ${at} AS updated_at FROM ${from})`;
}

interface EventShape {
  id: Sql;
  type: Sql;
  event: Sql;
  at: Sql;
  properties: { name: string; type: string; value: Sql }[];
  source: string;
}

function eventRows(rows: Sql, { id, type, event, at, properties, source }: EventShape): Sql {
  const tuple = `Tuple(${properties.map((property) => `${property.name} ${property.type}`).join(', ')})`;
  const object = sql`CAST(CAST(tuple(${join(properties.map((property) => property.value))}), ${bind('String', tuple)}), 'JSON')`;
  return sql`SELECT ${id} AS message_id, ${type} AS type, ${event} AS event, user_id, '' AS anonymous_id, ${at} AS timestamp, timestamp AS received_at, ${object} AS properties, CAST('{}', 'JSON') AS context, ${bind('String', source)} AS source FROM (${rows})`;
}
