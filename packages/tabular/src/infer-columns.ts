type Kind = 'whole' | 'number' | 'boolean' | 'date' | 'time' | 'text';

const TYPES: Record<Kind, string> = {
  whole: 'Int64',
  number: 'Float64',
  boolean: 'Bool',
  date: 'Date32',
  time: "DateTime64(3, 'UTC')",
  text: 'String',
};

const MIN_INTEGER = -(2n ** 63n);
const MAX_INTEGER = 2n ** 63n - 1n;

/**
 * Columns of records by what stands in them: whole numbers, numbers, booleans, ISO dates and times; all else is text, as
 * is a column that mixes kinds. Every column may be empty.
 * @param records whole numbers beyond 2^53 as bigint, where they are to be kept exactly
 * @param fromText whether numbers and booleans are written as text, as they are in CSV
 */
export function inferColumns(records: Record<string, unknown>[], fromText = false): { name: string; type: string }[] {
  const kinds = new Map<string, Kind | undefined>();
  for (const record of records)
    for (const [name, value] of Object.entries(record)) {
      const kind = value === null || value === undefined ? undefined : kindOf(value, fromText);
      kinds.set(name, merge(kinds.get(name), kind));
    }
  return [...kinds].map(([name, kind]) => ({ name, type: `Nullable(${TYPES[kind ?? 'text']})` }));
}

function merge(a: Kind | undefined, b: Kind | undefined): Kind | undefined {
  if (a === undefined || b === undefined || a === b) return a ?? b;
  const both = new Set([a, b]);
  if (both.has('whole') && both.has('number')) return 'number';
  return both.has('date') && both.has('time') ? 'time' : 'text';
}

function kindOf(value: unknown, fromText: boolean): Kind {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'whole' : 'number';
  if (typeof value === 'bigint') return value >= MIN_INTEGER && value <= MAX_INTEGER ? 'whole' : 'text';
  if (typeof value !== 'string') return 'text';
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return 'date';
  if (/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/.test(value)) return 'time';
  if (!fromText) return 'text';
  if (/^-?(0|[1-9]\d{0,14})$/.test(value)) return 'whole';
  return /^-?(0|[1-9]\d*)\.\d+$/.test(value) ? 'number' : 'text';
}
