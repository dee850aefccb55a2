import type { ConnectorMessage } from '@pelton/sdk';
import { expect, test } from 'vitest';
import { describeSet, readSet } from './file-set.js';
import type { FileSource } from './table-file.js';

const OPTIONS = { format: 'auto', delimiter: 'auto', header: true, quote: 'double', origin: false } as const;
const INCREMENTAL = { mode: 'incremental', primaryKey: [] as string[] } as const;

let count = 0;
function file(name: string, text: string): FileSource {
  const body = Buffer.from(text);
  return {
    ...{ name, bytes: body.length, version: String((count += 1)) },
    async *stream() {
      yield body;
    },
    slice: (start, end) => Promise.resolve(body.subarray(start, end)),
  };
}

function setOf(files: FileSource[], options: Partial<typeof OPTIONS> | { origin: true } = {}) {
  return { stream: '*', files, options: { ...OPTIONS, ...options } };
}

async function rowsOf(messages: AsyncIterable<ConnectorMessage>) {
  const found: { rows: unknown[]; state: unknown } = { rows: [], state: null };
  for await (const message of messages) {
    if (message.type === 'RECORDS') found.rows.push(...message.records);
    if (message.type === 'STATE') found.state = message.state;
  }
  return found;
}

test('columns go by name, what a file lacks is null, and what differs in kind is text', async () => {
  const set = setOf([file('a.csv', 'id,price,code\n1,2,07\n'), file('b.csv', 'code,id,price,note\n7,2,2.5,late\n')]);
  expect(await describeSet(set)).toEqual({
    ...{ name: '*', title: '*', rows: 2 },
    columns: [
      { name: 'id', type: 'Nullable(Int64)' },
      { name: 'price', type: 'Nullable(Float64)' },
      { name: 'code', type: 'Nullable(String)' },
      { name: 'note', type: 'Nullable(String)' },
    ],
  });
  expect((await rowsOf(readSet(set, { mode: 'full_refresh' }))).rows).toEqual([
    { id: 1, price: 2, code: '07', note: null },
    { id: 2, price: 2.5, code: '7', note: 'late' },
  ]);
});

test('an incremental read gives files that are new or changed, and forgets those that are gone', async () => {
  const [a, b, c] = [file('a.csv', 'n\n1\n'), file('b.csv', 'n\n2\n'), file('c.csv', 'n\n3\n')];
  const first = await rowsOf(readSet(setOf([a, b]), { ...INCREMENTAL, state: null }));
  expect(first.rows).toEqual([{ n: 1 }, { n: 2 }]);
  const again = await rowsOf(readSet(setOf([a, b]), { ...INCREMENTAL, state: first.state }));
  expect(again).toEqual({ rows: [], state: first.state });
  const changed = file('a.csv', 'n\n10\n');
  const next = await rowsOf(readSet(setOf([changed, c]), { ...INCREMENTAL, state: first.state }));
  expect(next.rows).toEqual([{ n: 10 }, { n: 3 }]);
  expect((await rowsOf(readSet(setOf([b, c]), { ...INCREMENTAL, state: next.state }))).rows).toEqual([{ n: 2 }]);
});

test('rows say which file and row they are, which is a key', async () => {
  const set = setOf([file('a.csv', 'n\n5\n6\n'), file('b.csv', 'n\n7\n')], { origin: true });
  expect(await describeSet(set)).toMatchObject({
    primaryKey: ['_file', '_row'],
    columns: [{ type: 'String' }, {}, {}],
  });
  expect((await rowsOf(readSet(set, { mode: 'full_refresh' }))).rows).toEqual([
    { n: 5, _file: 'a.csv', _row: 1 },
    { n: 6, _file: 'a.csv', _row: 2 },
    { n: 7, _file: 'b.csv', _row: 1 },
  ]);
  const taken = setOf([file('a.csv', '_row\n5\n')], { origin: true });
  await expect(describeSet(taken)).rejects.toThrow('The files have a column _row of their own');
});
