import { z } from 'zod';

/** What a column holds, as far as a wire, a form or a condition has to know. */
export const ColumnFamily = z.enum(['text', 'number', 'boolean', 'time', 'json', 'list', 'other']);
export type ColumnFamily = z.infer<typeof ColumnFamily>;

/** A typed column of a relation; `type` is the warehouse's own type name. */
export const Column = z.object({
  name: z.string().min(1),
  type: z.string().min(1),
  family: ColumnFamily,
  nullable: z.boolean(),
});
export type Column = z.infer<typeof Column>;

const WRAPPERS = ['Nullable', 'LowCardinality'];

/**
 * Describes a column from its name and its ClickHouse type, such as `LowCardinality(Nullable(String))`.
 * @see https://clickhouse.com/docs/sql-reference/data-types
 */
export function describeColumn(name: string, type: string): Column {
  const inner = unwrap(type);
  return {
    name,
    type,
    family: familyOf(inner),
    nullable: /^(LowCardinality\()?Nullable\(/.test(type) || inner === 'Dynamic',
  };
}

function unwrap(type: string): string {
  const wrapper = WRAPPERS.find((name) => type.startsWith(`${name}(`));
  return wrapper ? unwrap(type.slice(wrapper.length + 1, -1)) : type;
}

function familyOf(type: string): ColumnFamily {
  if (/^(String|FixedString|UUID|Enum|IPv4|IPv6)/.test(type)) return 'text';
  if (/^(U?Int|Float|BFloat|Decimal)/.test(type)) return 'number';
  if (type === 'Bool') return 'boolean';
  if (type.startsWith('Date')) return 'time';
  if (/^(JSON|Map|Tuple|Dynamic|Variant|Object)/.test(type)) return 'json';
  if (/^(Array|Nested)/.test(type)) return 'list';
  return 'other';
}
