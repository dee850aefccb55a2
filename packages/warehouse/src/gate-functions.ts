import type { SqlFunction } from '@pelton/contract';
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

/** The functions of an engine: what each name is, and those that an editor offers. */
export interface GateFunctions {
  kindOf: FunctionKinds;
  offered: SqlFunction[];
}

interface FunctionRow {
  name: string;
  alias_to: string;
  is_aggregate: number;
  categories: string;
  syntax: string;
  about: string;
}

/** Reads the list of functions of this very engine, so that a new version's functions are refused until they are known. */
export async function loadFunctions(client: WarehouseClient): Promise<GateFunctions> {
  const rows = await client.rows<FunctionRow>(
    sql`SELECT name, alias_to, is_aggregate, categories, syntax, description AS about FROM system.functions`,
  );
  const kindOf = kindsOf(rows);
  const offered = rows.flatMap(({ name, alias_to, syntax, about }): SqlFunction[] => {
    const kind = kindOf(name);
    if (alias_to || (kind !== 'scalar' && kind !== 'aggregate') || !/^[a-zA-Z]\w*$/.test(name)) return [];
    return [
      {
        name,
        kind,
        syntax: firstLine(syntax),
        about: firstLine(about)
          .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
          .replaceAll('`', ''),
      },
    ];
  });
  return { kindOf, offered };
}

function kindsOf(rows: readonly FunctionRow[]): FunctionKinds {
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

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0]?.trim() ?? '';
}
