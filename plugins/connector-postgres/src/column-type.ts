/** A column as PostgreSQL's catalogue describes it. */
export interface CatalogueColumn {
  name: string;
  /** As in `numeric(10,2)` or `timestamp with time zone`. */
  type: string;
  isNullable: boolean;
  isKey: boolean;
}

const TYPES: Record<string, string> = {
  smallint: 'Int16',
  integer: 'Int32',
  bigint: 'Int64',
  real: 'Float32',
  'double precision': 'Float64',
  boolean: 'Bool',
  date: 'Date32',
  uuid: 'UUID',
};

/**
 * The warehouse's type of a column. Numbers without a precision become Float64; lists, intervals, bytes and all that the
 * warehouse does not know become text.
 */
export function warehouseType({ type, isNullable }: Pick<CatalogueColumn, 'type' | 'isNullable'>): string {
  // A time out of the warehouse's range becomes null, so a column of times always may hold one.
  const plain = plainType(type);
  return isNullable || plain.startsWith('Date') ? `Nullable(${plain})` : plain;
}

/** Whether the warehouse's own reader gives the same value as ours. */
export function isSameInPushdown({ type }: Pick<CatalogueColumn, 'type'>): boolean {
  const plain = plainType(type);
  if (plain === 'String') return /^(text|character|jsonb?$)/.test(type);
  return plain !== 'Float64' || !type.startsWith('numeric');
}

/** Columns of which something can only grow. */
export function isCursorType(type: string): boolean {
  return /^(timestamp|date$|smallint|integer|bigint)/.test(type);
}

function plainType(type: string): string {
  const known = TYPES[type];
  if (known) return known;
  if (/^timestamp(\(\d\))? /.test(type)) return "DateTime64(6, 'UTC')";
  const [, precision, scale = '0'] = /^numeric\((\d+)(?:,(\d+))?\)$/.exec(type) ?? [];
  if (precision && Number(precision) <= 76) return `Decimal(${precision}, ${scale})`;
  return type.startsWith('numeric') ? 'Float64' : 'String';
}
