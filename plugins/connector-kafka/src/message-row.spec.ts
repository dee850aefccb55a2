import { expect, test } from 'vitest';
import { columnsOf, type Message, toRow } from './message-row.js';

function message(value: string | Buffer | null, rest: Partial<Message> = {}): Message {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return { partition: 3, offset: '42', timestamp: '1704110400123', key: null, headers: {}, value: bytes, ...rest };
}

const fieldTypes = (values: string[], fields: 'typed' | 'text' = 'typed') =>
  Object.fromEntries(
    columnsOf(
      values.map((value) => message(value)),
      fields,
    ).map(({ name, type }) => [name, type]),
  );

test('a message is a row of where it stands, when it came, its key, its headers and its fields', () => {
  const headers = { trace: Buffer.from('abc'), tag: [Buffer.from('a'), Buffer.from('b')], none: null };
  expect(toRow(message('{"state":"new","id":9007199254740993}', { key: Buffer.from('k1'), headers }))).toEqual({
    ...{ partition: 3, offset: 42, timestamp: '2024-01-01T12:00:00.123Z', key: 'k1' },
    headers: '{"trace":"abc","tag":["a","b"],"none":null}',
    ...{ state: 'new', id: '9007199254740993' },
  });
});

test('a field of the name of one of these columns goes with value_ before it', () => {
  const row = toRow(message('{"key":"mine","timestamp":5,"value":1}'));
  expect(row).toMatchObject({ key: null, value_key: 'mine', value_timestamp: 5, value_value: 1 });
  expect(fieldTypes(['{"key":"mine"}'])).toMatchObject({ key: 'Nullable(String)', value_key: 'Nullable(String)' });
});

test('what is no JSON object is text, bytes that are no text are hex, and a mark of deletion is empty', () => {
  expect(toRow(message('hello'))).toMatchObject({ value: 'hello' });
  expect(toRow(message('[1,2]'))).toMatchObject({ value: '[1,2]' });
  expect(toRow(message(Buffer.from([0, 255, 1])))).toMatchObject({ value: '00ff01' });
  expect(toRow(message(null, { timestamp: '-1' }))).toEqual({
    ...{ partition: 3, offset: 42, timestamp: null, key: null, headers: null },
  });
});

test('columns are told from the fields of messages, and what mixes kinds is text', () => {
  const values = [
    '{"n":1,"m":1,"at":"2024-01-01T00:00:00Z"}',
    '{"n":2.5,"m":"x","id":9007199254740993,"o":{}}',
    'text',
  ];
  expect(fieldTypes(values)).toEqual({
    ...{ partition: 'Int32', offset: 'Int64', timestamp: "Nullable(DateTime64(3, 'UTC'))" },
    ...{ key: 'Nullable(String)', headers: 'Nullable(String)', value: 'Nullable(String)' },
    ...{ n: 'Nullable(Float64)', m: 'Nullable(String)', at: "Nullable(DateTime64(3, 'UTC'))" },
    ...{ id: 'Nullable(Int64)', o: 'Nullable(String)' },
  });
  expect(fieldTypes(['{"n":1}'], 'text')).toMatchObject({ n: 'Nullable(String)', offset: 'Int64' });
});
