import { AppError, type Column, describeColumn, type Relation, type Sql } from '@pelton/contract';
import { identifier, join, sql } from '@pelton/sdk';
import { columnOf, refuseTwice } from './columns.js';
import { asKey, emptyableType, isEmptyable, sourceColumn } from './row-values.js';

/** What is looked up for each row. */
export interface Enrichment {
  /** The dataset or item type, for messages. */
  name: string;
  known: Relation;
  /** Which column of the rows is which column of what is known. */
  keys: readonly { column: Column; matches: Column }[];
  /** Columns that are added, under which names. */
  added: readonly { column: Column; as: string }[];
}

interface Choice {
  rows: Relation;
  known: Relation;
  /** The columns that tell what is known apart. */
  key: readonly string[];
  name: string;
  params: {
    keys: readonly { column: string; matches: string }[];
    columns: readonly { column: string; as: string }[];
  };
}

/** Finds the columns that a person named. @throws COLUMN_MISSING, PARAM_INVALID */
export function enrichmentOf({ rows, known, key, name, params }: Choice): Enrichment {
  const chosen = params.keys.length > 0 ? params.keys : key.map((column) => ({ column, matches: column }));
  if (chosen.length === 0)
    throw new AppError('PARAM_INVALID', { field: 'keys', reason: `${name} has no key of its own. Choose the columns` });
  const [only] = key.length === 1 ? key : [];
  const keys = chosen.map(({ column, matches }) => ({
    column: columnOf(rows, column),
    matches: columnOf(known, matches || (chosen.length === 1 && only) || column),
  }));
  const others = known.columns.filter((column) => !keys.some(({ matches }) => matches.name === column.name));
  const wanted = params.columns.length > 0 ? params.columns : others.map((column) => ({ column: column.name, as: '' }));
  const added = wanted.map(({ column, as }) => ({ column: columnOf(known, column), as: as || column }));
  refuseTwice([...rows.columns.map((column) => column.name), ...added.map(({ as }) => as)], 'columns');
  return { name, known, keys, added };
}

/** The columns of the rows and those that are added; of a row without a match those are empty. */
export function enrichedColumns(rows: Relation, { added }: Enrichment): Column[] {
  return [...rows.columns, ...added.map(({ column, as }) => describeColumn(as, emptyableType(column)))];
}

/** Every row once, with what was found, and whether anything was: `@matched`. */
export function enrichQuery(rows: Relation, { known, keys, added }: Enrichment): Sql {
  const theirs = keys.map(({ column, matches }, index) => sql`${asKey(matches, column)} AS ${keyName(index)}`);
  const values = added.map(({ column }, index) => sql`${sourceColumn(column.name)} AS ${valueName(index)}`);
  const looked = sql`SELECT ${join([...theirs, ...values, sql`true AS found`])} FROM (${known.sql}) AS source`;
  const same = keys.map(({ column, matches }, index) => sql`${asKey(column, matches)} = looked.${keyName(index)}`);
  const list = [
    ...rows.columns.map(({ name }) => sql`${sourceColumn(name)} AS ${identifier(name)}`),
    ...added.map(
      ({ column, as }, index) => sql`${orNull(column, sql`looked.${valueName(index)}`)} AS ${identifier(as)}`,
    ),
    sql`looked.found AS \`@matched\``,
  ];
  return sql`SELECT ${join(list)} FROM (${rows.sql}) AS source LEFT ANY JOIN (SELECT * FROM (${looked}) WHERE ${keyName(0)} != '') AS looked ON ${join(same, ' AND ')}`;
}

/** Keys that stand more than once: keys (how many), example. */
export function duplicatesQuery({ known, keys }: Enrichment): Sql {
  const text = join(keys.map(({ column, matches }) => asKey(matches, column)));
  const twice = sql`SELECT [${text}] AS key FROM (${known.sql}) AS source WHERE key[1] != '' GROUP BY key HAVING count() > 1`;
  return sql`SELECT count() AS keys, arrayStringConcat(min(key), ', ') AS example FROM (${twice})`;
}

function orNull(column: Column, value: Sql): Sql {
  return isEmptyable(column) ? sql`CAST(if(looked.found, ${value}, NULL), ${emptyableType(column)})` : value;
}

function keyName(index: number): Sql {
  return identifier(`key_${index + 1}`);
}

function valueName(index: number): Sql {
  return identifier(`value_${index + 1}`);
}
