import { sql } from '@pelton/sdk';
import type { WarehouseClient } from './client.js';

/** Categories of ClickHouse's own function list whose functions only compute from their arguments. */
const SAFE_CATEGORIES = new Set([
  'Arithmetic',
  'Arrays',
  'Bit',
  'Bitmap',
  'Comparison',
  'Conditional',
  'Dates and Times',
  'Distance',
  'Encoding',
  'Financial',
  'Geo',
  'Geo Polygon',
  'Hash',
  'IP Address',
  'JSON',
  'Logical',
  'Map',
  'Mathematical',
  'Null',
  'Random Number',
  'Rounding',
  'String',
  'String Replacement',
  'String Search',
  'String Splitting',
  'Time Series',
  'Time Window',
  'Tuple',
  'Type Conversion',
  'URL',
  'UUID',
]);

/** Harmless ones that ClickHouse files under “Other”, and words of the syntax that its list does not have. */
const SAFE_NAMES = new Set([
  'bar',
  'byteSize',
  'defaultValueOfArgumentType',
  'defaultValueOfTypeName',
  'dynamicType',
  'exists',
  'formatReadableQuantity',
  'formatReadableSize',
  'formatReadableTimeDelta',
  'getSubcolumn',
  'identity',
  'ignore',
  'isConstant',
  'lambda',
  'materialize',
  'neighbor',
  'row_number',
  'toTypeName',
  'transform',
  'tuple',
  'variantType',
]);

const SAFE_TABLE_FUNCTIONS = new Set(['numbers', 'generate_series', 'generateSeries', 'values']);

/** Suffixes that make a new aggregate function out of another, such as `sumIf`. */
const COMBINATORS =
  /(If|Array|Map|State|Merge|ForEach|Distinct|OrDefault|OrNull|SimpleState|ArgMin|ArgMax|Resample|Null)$/;

/** What a function that a statement names is. */
export type FunctionKind = 'scalar' | 'aggregate' | 'table' | 'refused';

/** Tells the kind of a function by its name. */
export type FunctionKinds = (name: string) => FunctionKind;

/** Reads the list of functions of this very engine, so that a new version's functions are refused until they are known. */
export async function loadFunctionKinds(client: WarehouseClient): Promise<FunctionKinds> {
  const rows = await client.rows<{ name: string; alias_to: string; is_aggregate: number; categories: string }>(
    sql`SELECT name, alias_to, is_aggregate, categories FROM system.functions`,
  );
  const categories = new Map(rows.map((row) => [row.name, row.categories]));
  const kinds = new Map<string, FunctionKind>();
  for (const { name, alias_to, is_aggregate } of rows) {
    const target = alias_to || name;
    const safe = is_aggregate || SAFE_NAMES.has(target) || SAFE_CATEGORIES.has(categories.get(target) ?? '');
    kinds.set(name, is_aggregate ? 'aggregate' : safe ? 'scalar' : 'refused');
  }
  for (const name of SAFE_NAMES) if (!kinds.has(name)) kinds.set(name, 'scalar');
  for (const name of SAFE_TABLE_FUNCTIONS) kinds.set(name, 'table');
  const byLowerCase = new Map([...kinds].map(([name, kind]) => [name.toLowerCase(), kind]));

  const kindOf = (name: string): FunctionKind => {
    const known = kinds.get(name) ?? byLowerCase.get(name.toLowerCase());
    if (known) return known;
    const base = name.replace(COMBINATORS, '');
    return base !== name && kindOf(base) === 'aggregate' ? 'aggregate' : 'refused';
  };
  return kindOf;
}
