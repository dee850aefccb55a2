import type { Column, Sample } from '@pelton/contract';

/** Columns that a relation of events has for Pelton's own sake; what a person looks for goes before them. */
const BOOKKEEPING = new Set(['message_id', 'type', 'anonymous_id', 'received_at', 'context', 'source']);
const MOST_PROPERTIES = 40;

type Flat = Pick<Sample, 'columns' | 'rows'>;

/**
 * A sample as a table to read: properties become columns of their own, bookkeeping and columns without any value go last.
 */
export function flattenSample({ columns, rows }: Flat): Flat & { sources: string[] } {
  const spread = columns.flatMap((column, index) =>
    spreadColumn(
      column,
      rows.map((row) => row[index] ?? null),
    ),
  );
  const isBookkeeping = columns.some(({ name }) => name === 'message_id');
  const rank = ({ column, values }: Spread) =>
    values.every(isNothing) ? 2 : isBookkeeping && BOOKKEEPING.has(column.name) ? 1 : 0;
  const ordered = [0, 1, 2].flatMap((wanted) => spread.filter((each) => rank(each) === wanted));
  return {
    columns: ordered.map(({ column }) => column),
    rows: rows.map((_, at) => ordered.map(({ values }) => values[at] ?? null)),
    sources: ordered.map(({ source }) => source),
  };
}

type Value = Sample['rows'][number][number];
interface Spread {
  /** The column, or `column.key` of what stood inside of one. */
  source: string;
  column: Column;
  values: Value[];
}

function spreadColumn(column: Column, values: Value[]): Spread[] {
  const objects = values.map((value) => (isObject(value) ? value : undefined));
  const names = [...new Set(objects.flatMap((object) => Object.keys(object ?? {})))];
  const isSpread = column.family === 'json' && names.length > 0 && names.length <= MOST_PROPERTIES;
  if (!isSpread) return [{ source: column.name, column, values }];
  return names.map((name) => {
    const inner = objects.map((object) => object?.[name] ?? null);
    return {
      source: `${column.name}.${name}`,
      column: { name, type: column.type, family: familyOf(inner), nullable: true },
      values: inner,
    };
  });
}

function familyOf(values: readonly Value[]): Column['family'] {
  const types = new Set(
    values.filter((value) => value !== null).map((value) => (isObject(value) ? 'object' : typeof value)),
  );
  const [only] = types;
  if (types.size !== 1) return 'text';
  return only === 'number' ? 'number' : only === 'boolean' ? 'boolean' : only === 'object' ? 'json' : 'text';
}

function isObject(value: Value): value is Record<string, Value> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNothing(value: Value): boolean {
  return value === null || value === '' || (isObject(value) && Object.keys(value).length === 0);
}
