import { isUtf8 } from 'node:buffer';
import { inferColumns } from '@pelton/tabular';
import { readFields } from './exact-json.js';

/** What a message is, of whichever library. */
export interface Message {
  partition: number;
  offset: string;
  /** Milliseconds since 1970; -1 when there is none. */
  timestamp: string;
  key: Buffer | null;
  value: Buffer | null;
  headers: Record<string, Buffer | Buffer[] | null | undefined>;
}

/** What each message has, whatever is in it. */
export const MESSAGE_COLUMNS = [
  { name: 'partition', type: 'Int32' },
  { name: 'offset', type: 'Int64' },
  { name: 'timestamp', type: "Nullable(DateTime64(3, 'UTC'))" },
  { name: 'key', type: 'Nullable(String)' },
  { name: 'headers', type: 'Nullable(String)' },
] as const;
/** The text of messages that are no JSON object. */
const VALUE = { name: 'value', type: 'Nullable(String)' };
const TAKEN = new Set<string>([...MESSAGE_COLUMNS.map(({ name }) => name), VALUE.name]);

/** The columns of a topic, by some of its messages. */
export function columnsOf(messages: Message[], fields: 'typed' | 'text'): { name: string; type: string }[] {
  const rows = messages.map(({ value }) => fieldsOf(value));
  const found = inferColumns(rows).filter(({ name }) => name !== VALUE.name);
  const told = found.map(({ name, type }) => ({ name, type: fields === 'text' ? VALUE.type : type }));
  return [...MESSAGE_COLUMNS, ...told, VALUE];
}

/** A message as a row of JSON. */
export function toRow({ partition, offset, timestamp, key, value, headers }: Message): Record<string, unknown> {
  return {
    partition,
    offset: Number(offset),
    timestamp: Number(timestamp) < 0 ? null : new Date(Number(timestamp)).toISOString(),
    key: textOf(key),
    headers: Object.keys(headers).length > 0 ? JSON.stringify(headersOf(headers)) : null,
    ...Object.fromEntries(
      Object.entries(fieldsOf(value)).map(([name, field]) => [name, typeof field === 'bigint' ? String(field) : field]),
    ),
  };
}

/** Fields of the value by the names of their columns: one that a message has anyway goes with `value_` before it. */
function fieldsOf(value: Buffer | null): Record<string, unknown> {
  const text = textOf(value);
  if (text === null) return {};
  const fields = readFields(text);
  if (!fields) return { [VALUE.name]: text };
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [TAKEN.has(name) ? `value_${name}` : name, field]),
  );
}

/** Bytes that are no text, such as Avro, as hex. */
function textOf(bytes: Buffer | null): string | null {
  return bytes && bytes.toString(isUtf8(bytes) ? 'utf8' : 'hex');
}

function headersOf(headers: Message['headers']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(textOf) : textOf(value ?? null),
    ]),
  );
}
