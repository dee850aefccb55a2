import type { Sql } from '@pelton/contract';
import { identifier, instant, join, render, sql } from '@pelton/sdk';
import { itemValues, memberships } from '../items/item-values.js';
import type { DataView } from './data-context.js';
import { resolvedTraits } from './resolved.js';

/** An item type as events refer to it: by these properties, or through the user who is a member of one. */
export interface ItemReference {
  type: string;
  referredBy: readonly string[];
  hasMembers: boolean;
}

/** A value of whom an event is about, as a definition names it: `@user.plan`, `@product.price`. */
export interface RelatedField {
  /** The column as the definition's SQL names it. */
  column: Sql;
  property: string;
  /** `@@`: the value at the time of the event. */
  isThen: boolean;
  /** Nothing for the event's user. */
  item: ItemReference | undefined;
}

/** The values that paths of properties name; paths whose type nobody declared are properties like any other. */
export function relatedFields(paths: readonly string[], types: readonly ItemReference[]): Map<string, RelatedField> {
  const found = paths.flatMap((path): [string, RelatedField][] => {
    const [, at = '', type = '', rest = ''] = /^`properties`\.`(@@?)([\w-]+)`\.`(.+)`$/s.exec(path) ?? [];
    const item = types.find((candidate) => candidate.type === type);
    if (!rest || (type !== 'user' && !item)) return [];
    const field = { column: columnName(path), property: unquoted(rest), isThen: at === '@@', item };
    return [[path, field]];
  });
  return new Map(found);
}

/** The properties of events by which the fields are found, as paths. */
export function referringPaths(fields: Iterable<RelatedField>): string[] {
  const names = [...fields].flatMap(({ item }) => item?.referredBy ?? []);
  return [...new Set(names)].map(pathOf);
}

function pathOf(name: string): string {
  return render(identifier('properties', ...name.split('.'))).text;
}

/** A property as a column of its own is called by its path. */
export function columnName(path: string): Sql {
  return { parts: [path.replaceAll('`.`', '.')] };
}

/**
 * Adds columns of whom the events are about. Each field is a join, so events without such fields are read as they were.
 * @param events a SELECT with the columns of events and those of {@link referringPaths}
 */
export function withRelated(events: Sql, fields: Iterable<RelatedField>, view: DataView): Sql {
  let rows = events;
  for (const field of fields) {
    const { column, item } = field;
    if (!item) {
      rows = joined(rows, { key: sql`events.user_id`, values: traitValues(field, view), isThen: field.isThen, column });
      continue;
    }
    const member = sql`\`@member\``;
    if (item.hasMembers)
      rows = joined(rows, {
        key: sql`events.user_id`,
        values: membershipValues(item, field.isThen, view),
        isThen: field.isThen,
        column: member,
      });
    const key = referenceOf(item, member);
    const values = latestOr(field.isThen, itemValues(view, item.type, field.property), view.asOf);
    const all = joined(rows, { key, values, isThen: field.isThen, column });
    rows = item.hasMembers ? sql`SELECT * EXCEPT (${member}) FROM (${all})` : all;
  }
  return rows;
}

interface Join {
  key: Sql;
  /** SELECT id, value[, at] */
  values: Sql;
  isThen: boolean;
  column: Sql;
}

function joined(rows: Sql, { key, values, isThen, column }: Join): Sql {
  const [kind, until] = isThen
    ? [sql`ASOF LEFT JOIN`, sql` AND events.timestamp >= related.at`]
    : [sql`LEFT ANY JOIN`, sql``];
  return sql`SELECT events.*, related.value AS ${column} FROM (${rows}) AS events ${kind} (${values}) AS related ON related.id = ${key}${until}`;
}

/** The id of the item: what the first property that is there says, else the group that the user is a member of. */
function referenceOf({ referredBy, hasMembers }: ItemReference, member: Sql): Sql {
  const said = referredBy.map((name) => sql`nullIf(toString(events.${columnName(pathOf(name))}), '')`);
  return sql`coalesce(${join([...said, hasMembers ? sql`events.${member}` : sql`''`])})`;
}

/** @param changes SELECT id, value, at */
function latestOr(isThen: boolean, changes: Sql, asOf: string): Sql {
  const visible = sql`SELECT id, value, at FROM (${changes}) WHERE at < ${instant(asOf)}`;
  return isThen ? visible : sql`SELECT id, argMax(value, at) AS value FROM (${visible}) GROUP BY id`;
}

function membershipValues(item: ItemReference, isThen: boolean, view: DataView): Sql {
  return latestOr(isThen, memberships(view, item.type), view.asOf);
}

/** What was said of the user's very id wins over what was said of an alias, from when it was first said. */
function traitValues({ property: name, isThen }: RelatedField, view: DataView): Sql {
  const changes = sql`SELECT user_id AS id, value, updated_at AS at, is_own FROM (${allTraits(view)}) WHERE trait = ${name} AND updated_at < ${instant(view.asOf)}`;
  if (!isThen) return sql`SELECT id, argMax(value, (is_own, at)) AS value FROM (${changes}) GROUP BY id`;
  if (view.hasIdentities === false) return sql`SELECT id, value, at FROM (${changes})`;
  const before = sql`(PARTITION BY id ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`;
  return sql`SELECT id, argMax(value, (is_own, at)) OVER ${before} AS value, at FROM (${changes})`;
}

/** A trait of the groups that users are members of, as a trait of the users: SELECT user_id, trait, value; nothing for no group. */
export function groupTraitValues(name: string, types: readonly ItemReference[], view: DataView): Sql[] {
  const dot = name.indexOf('.');
  const item = types.find(({ type, hasMembers }) => hasMembers && type === name.slice(1, dot));
  if (!item) return [];
  const of = latestOr(false, memberships(view, item.type), view.asOf);
  const values = latestOr(false, itemValues(view, item.type, name.slice(dot + 1)), view.asOf);
  const which = view.users ? sql` WHERE of.id IN (SELECT user_id FROM (${view.users}))` : sql``;
  return [
    sql`SELECT of.id AS user_id, ${name} AS trait, known.value AS value FROM (${of}) AS of INNER JOIN (${values}) AS known ON known.id = of.value${which}`,
  ];
}

/** Values of traits, stored and drafted: user_id, trait, value, updated_at, is_own. */
export function allTraits({ database, draft, hasIdentities = true }: DataView): Sql {
  const drafted =
    draft?.traits.map(
      (rows) => sql`SELECT user_id, toString(trait) AS trait, value, updated_at, true AS is_own FROM (${rows})`,
    ) ?? [];
  return join([resolvedTraits(database, hasIdentities), ...drafted], ' UNION ALL ');
}

function unquoted(path: string): string {
  return path.replaceAll('`.`', '.').replace(/\\(.)/g, '$1');
}
