import type { Column, SchemaChange, SchemaPolicy } from '@pelton/contract';

/** What a load does about columns. */
export interface SchemaPlan {
  /** The columns of the dataset from now on. */
  columns: Column[];
  change: SchemaChange;
  /** A member has to accept the change first. */
  stops: boolean;
  /** A type changed, so what is loaded already does not fit. */
  needsReload: boolean;
}

/**
 * Compares the columns that a dataset has with those that its stream has now. A type may become narrower than the
 * dataset's: it still fits. A missing column stays, and is empty from now on.
 */
export function planSchema(known: readonly Column[], found: readonly Column[], policy: SchemaPolicy): SchemaPlan {
  const now = new Map(found.map((column) => [column.name, column]));
  const before = new Map(known.map((column) => [column.name, column]));
  const added = found.filter(({ name }) => !before.has(name));
  const missing = known.filter(({ name }) => !now.has(name)).map(({ name }) => name);
  const changed = known.flatMap(({ name, type }) => {
    const column = now.get(name);
    return column && !fits(column.type, type) ? [{ name, from: type, to: column.type }] : [];
  });
  const isChanged = added.length + missing.length + changed.length > 0;
  return {
    columns: [...known, ...added],
    change: { added, missing, changed },
    stops: policy === 'stop' ? isChanged : changed.length > 0,
    needsReload: changed.length > 0,
  };
}

/** The change in words, for an error and for the log. */
export function describeChange({ added, missing, changed }: SchemaChange): string[] {
  return [
    ...added.map(({ name, type }) => `${name} is new (${type})`),
    ...missing.map((name) => `${name} is missing`),
    ...changed.map(({ name, from, to }) => `${name} was ${from} and is ${to}`),
  ];
}

/** Whether a value of one type can stand in a column of another without loss. */
function fits(type: string, column: string): boolean {
  if (type === column) return true;
  if (isNullable(type) && !isNullable(column)) return false;
  const [value, place] = [plain(type), plain(column)];
  if (value === place || place === 'String') return true;
  if (place === 'Float64') return /^(U?Int(8|16|32)|Int64|UInt64|Float32)$/.test(value);
  const [valueBits, placeBits] = [/^Int(\d+)$/.exec(value)?.[1], /^Int(\d+)$/.exec(place)?.[1]];
  return valueBits !== undefined && placeBits !== undefined && Number(valueBits) <= Number(placeBits);
}

const isNullable = (type: string) => type.startsWith('Nullable(');
const plain = (type: string) => (isNullable(type) ? type.slice('Nullable('.length, -1) : type);
