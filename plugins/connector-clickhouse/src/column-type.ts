/** A column as `system.columns` describes it. */
export interface CatalogueColumn {
  name: string;
  /** As in `LowCardinality(Nullable(String))`. */
  type: string;
}

const WHOLE = /^U?Int(8|16|32|64|128|256)$/;

/** The warehouse's type of a column: the same, but for times, which are in UTC, and for lists and their like, which are text. */
export function warehouseType(type: string): string {
  const { plain, isNullable } = unwrap(type);
  const known = plainType(plain);
  return isNullable ? `Nullable(${known})` : known;
}

/** A column as a value of JSON that loses nothing: text, but for what is exact as it is. It needs no settings, which a reader may not change. */
export function valueOf(column: string, type: string): string {
  const { plain } = unwrap(type);
  if (/^U?Int(8|16|32)$|^Bool$|^String$/.test(plain)) return column;
  if (plain.startsWith('AggregateFunction')) return `hex(${column})`;
  if (plain.startsWith('DateTime')) return `toString(toTimeZone(${column}, 'UTC'))`;
  return isText(plain) ? `toJSONString(${column})` : `toString(${column})`;
}

/** Columns of which something can only grow. */
export function isCursorType(type: string): boolean {
  return isTime(type) || WHOLE.test(unwrap(type).plain);
}

export function isTime(type: string): boolean {
  return unwrap(type).plain.startsWith('Date');
}

function plainType(plain: string): string {
  if (/^DateTime64\((\d)/.test(plain)) return plain.replace(/^DateTime64\((\d).*$/, "DateTime64($1, 'UTC')");
  if (plain.startsWith('DateTime')) return "DateTime('UTC')";
  if (WHOLE.test(plain) || /^(Float|BFloat|Decimal|Date|Bool$|UUID$|IPv)/.test(plain)) return plain;
  return 'String';
}

/** Lists, maps, documents and all that is made of other values. */
function isText(plain: string): boolean {
  return !WHOLE.test(plain) && !/^(Float|BFloat|Decimal|Date|UUID|IPv|Enum|FixedString|Time|Interval)/.test(plain);
}

/** What is inside of wrappers that change how a value is kept, not what it is. */
function unwrap(type: string): { plain: string; isNullable: boolean } {
  const [, wrapper, inner = ''] = /^(LowCardinality|Nullable|SimpleAggregateFunction)\((.*)\)$/s.exec(type) ?? [];
  if (!wrapper) return { plain: type, isNullable: false };
  const kept = unwrap(wrapper === 'SimpleAggregateFunction' ? inner.slice(inner.indexOf(',') + 1).trim() : inner);
  return { plain: kept.plain, isNullable: kept.isNullable || wrapper === 'Nullable' };
}
