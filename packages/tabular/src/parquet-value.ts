import type { ParquetParsers, SchemaElement } from 'hyparquet';
import type { ParquetColumn } from './parquet-metadata.js';
import type { FileRecord } from './file-record.js';
import { timeText } from './read-time.js';

const DAY_MS = 86_400_000;
const MIN_TIME_MS = Date.UTC(1900, 0, 1);
const MAX_TIME_MS = Date.UTC(2300, 0, 1) - 1;

/** Has hyparquet give times as the warehouse writes them, and JSON as the text that it is. */
export const parquetParsers: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (milliseconds) => timeOrNull(Number(milliseconds)),
  timestampFromMicroseconds: (microseconds) => timeOrNull(Number(microseconds / 1_000n)),
  timestampFromNanoseconds: (nanoseconds) => timeOrNull(Number(nanoseconds / 1_000_000n)),
  dateFromDays: (days) => timeOrNull(days * DAY_MS)?.slice(0, 10) ?? null,
  jsonFromBytes: (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('utf8'),
};

/** A value as hyparquet gives it, as the value that the relation has. */
export function parquetValue({ nested, element }: ParquetColumn, value: unknown): FileRecord[string] {
  if (nested) return jsonText(value ?? []); // to the warehouse a list that is null is empty
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === 'number') return numberOf(value, element);
  if (typeof value === 'string') return element.converted_type === 'DATE' ? `${value} 00:00:00.000` : value;
  if (typeof value === 'boolean') return value;
  return value instanceof Uint8Array ? textOf(value) : jsonText(value);
}

function numberOf(value: number, { converted_type: converted, scale = 0 }: SchemaElement): number | null {
  if (!Number.isFinite(value)) return null;
  // hyparquet multiplies by 0.01, which makes 0.35000000000000003 of 0.35
  return converted === 'DECIMAL' ? Number(value.toFixed(scale)) : value;
}

/** Text of a fixed length ends where its padding begins. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8').replace(/\0+$/, '');
}

function jsonText(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${jsonText(item)}`)
    .join(',')}}`;
}

function timeOrNull(epochMs: number): string | null {
  return epochMs >= MIN_TIME_MS && epochMs <= MAX_TIME_MS ? timeText(epochMs) : null;
}
