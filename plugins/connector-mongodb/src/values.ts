import { BSON } from 'mongodb';

type Kind = 'whole' | 'number' | 'boolean' | 'time' | 'text';
const TYPES: Record<Kind, string> = {
  whole: 'Int64',
  number: 'Float64',
  boolean: 'Bool',
  time: "DateTime64(3, 'UTC')",
  text: 'String',
};

/** Columns of documents by the types of their values; a field that mixes kinds is text. Every column may be empty. */
export function columnsOf(documents: Record<string, unknown>[]): { name: string; type: string }[] {
  const kinds = new Map<string, Kind | undefined>();
  for (const document of documents)
    for (const [name, value] of Object.entries(document)) kinds.set(name, merge(kinds.get(name), kindOf(value)));
  return [...kinds].map(([name, kind = 'text']) => ({
    name,
    type: name === '_id' ? TYPES[kind] : `Nullable(${TYPES[kind]})`,
  }));
}

/** A document as a row of JSON: ids as text, times in ISO 8601, what is nested as the text of its relaxed extended JSON. */
export function toRow(document: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(document).map(([name, value]) => [name, toValue(value)]));
}

function toValue(value: unknown): unknown {
  if (value === null || value === undefined || typeof value === 'string' || typeof value === 'boolean') return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof BSON.Int32 || value instanceof BSON.Double) return value.value;
  if (value instanceof BSON.Long || value instanceof BSON.Decimal128 || value instanceof BSON.ObjectId)
    return value.toString();
  return BSON.EJSON.stringify(value, { relaxed: true });
}

function kindOf(value: unknown): Kind | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'boolean') return 'boolean';
  if (value instanceof Date) return 'time';
  if (value instanceof BSON.Int32 || value instanceof BSON.Long) return 'whole';
  return value instanceof BSON.Double ? 'number' : 'text';
}

function merge(a: Kind | undefined, b: Kind | undefined): Kind | undefined {
  if (a === undefined || b === undefined || a === b) return a ?? b;
  return [a, b].every((kind) => kind === 'whole' || kind === 'number') ? 'number' : 'text';
}
