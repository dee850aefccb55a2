import { AppError, type Column, describeColumn, type Relation, type Sql } from '@pelton/contract';
import { bind, sql } from '@pelton/sdk';
import { emptyableType, isEmptyable, sourceColumn } from './row-values.js';

/** One of the relations that become one. */
export interface Side {
  port: string;
  relation: Relation;
}

/**
 * The columns of all sides, in the order in which they first come; one that a side does not have is empty there.
 * @throws COLUMNS_DIFFER naming the first column whose types do not fit
 */
export function unionColumns(sides: readonly Side[]): Column[] {
  const names = [...new Set(sides.flatMap(({ relation }) => relation.columns.map(({ name }) => name)))];
  return names.map((name) => {
    const found = sides.flatMap(({ port, relation }) => {
      const column = relation.columns.find((candidate) => candidate.name === name);
      return column ? [{ port, column }] : [];
    });
    const [first] = found;
    for (const { port, column } of found)
      if (first && !fits(first.column, column))
        throw new AppError('COLUMNS_DIFFER', {
          port,
          column: name,
          found: column.family,
          first: first.port,
          wanted: first.column.family,
        });
    const merged = describeColumn(name, mergedType(found.map(({ column }) => column)));
    return found.length < sides.length ? describeColumn(name, emptyableType(merged)) : merged;
  });
}

/** A side's values for the columns of all, in their order and of their types; its rows are called `source`. */
export function sideValues({ relation }: Side, columns: readonly Column[]): Sql[] {
  return columns.map(({ name, type }) => {
    const own = relation.columns.find((column) => column.name === name);
    const bound = bind('String', type);
    if (!own) return sql`defaultValueOfTypeName(${bound})`;
    return own.type === type ? sourceColumn(own.name) : sql`CAST(${sourceColumn(own.name)}, ${bound})`;
  });
}

function fits(first: Column, column: Column): boolean {
  return first.type === column.type || (first.family === column.family && isEmptyable(column));
}

/** One type that holds the values of columns of one family. */
export function mergedType(columns: readonly Column[]): string {
  const types = [...new Set(columns.map(({ type }) => type))];
  const [first] = columns;
  if (!first || types.length === 1) return first?.type ?? 'String';
  const plain = [...new Set(types.map((type) => plainType(type)))];
  const merged = plain.length === 1 ? (plain[0] ?? 'String') : widest(first, plain);
  return columns.some(({ nullable }) => nullable) ? `Nullable(${merged})` : merged;
}

function widest({ family }: Column, types: readonly string[]): string {
  if (family === 'number') return widestNumber(types);
  return family === 'time' ? "DateTime64(3, 'UTC')" : 'String';
}

function widestNumber(types: readonly string[]): string {
  if (types.some((type) => /Float/.test(type))) return 'Float64';
  const scales = types.map((type) => Number(/^Decimal\(\d+, (\d+)\)$/.exec(type)?.[1] ?? 0));
  const hasDecimals = types.some((type) => type.startsWith('Decimal'));
  // Of whole numbers, only those without a sign can be too large for 64 bits with one.
  if (hasDecimals || types.some((type) => /^(UInt64|U?Int128|U?Int256)$/.test(type)))
    return `Decimal(38, ${Math.max(...scales)})`;
  return 'Int64';
}

function plainType(type: string): string {
  const inner = /^(?:LowCardinality|Nullable)\((.*)\)$/.exec(type)?.[1];
  return inner === undefined ? type : plainType(inner);
}
