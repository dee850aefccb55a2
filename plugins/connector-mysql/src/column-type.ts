/** A column as the information schema describes it. */
export interface CatalogueColumn {
  name: string;
  /** As in `decimal(10,2)` or `bigint(20) unsigned`. */
  type: string;
  isNullable: boolean;
  isKey: boolean;
}

type Typed = Pick<CatalogueColumn, 'type' | 'isNullable'>;

const WHOLE: Record<string, number> = { tinyint: 8, smallint: 16, mediumint: 32, int: 32, bigint: 64 };
const TYPES: Record<string, string> = {
  float: 'Float32',
  double: 'Float64',
  date: 'Date32',
  datetime: "DateTime64(6, 'UTC')",
  timestamp: "DateTime64(6, 'UTC')",
  year: 'UInt16',
  uuid: 'UUID',
};

/** The warehouse's type of a column; what the warehouse does not know becomes text. */
export function warehouseType({ type, isNullable }: Typed): string {
  // A time that the warehouse cannot hold becomes null, so a column of times always may hold one.
  const plain = plainType(type);
  return isNullable || plain.startsWith('Date') ? `Nullable(${plain})` : plain;
}

/** `bigint` of `bigint(20) unsigned`. */
export function baseType(type: string): string {
  return /^\w+/.exec(type)?.[0] ?? '';
}

/** Columns of which something can only grow. */
export function isCursorType(type: string): boolean {
  return isTime(type) || (baseType(type) in WHOLE && !isBoolean(type));
}

export function isTime(type: string): boolean {
  return /^(date|datetime|timestamp)\b/.test(type);
}

/** By its display width, which is all that tells a column declared as BOOLEAN; and a single bit. */
export function isBoolean(type: string): boolean {
  return type === 'tinyint(1)' || type === 'bit(1)';
}

function plainType(type: string): string {
  if (isBoolean(type)) return 'Bool';
  const base = baseType(type);
  const bits = WHOLE[base];
  if (bits) return `${type.includes('unsigned') ? 'UInt' : 'Int'}${bits}`;
  if (base === 'bit') return 'UInt64';
  const [, precision, scale = '0'] = /^decimal\((\d+)(?:,(\d+))?\)/.exec(type) ?? [];
  return precision ? `Decimal(${precision}, ${scale})` : (TYPES[base] ?? 'String');
}
