import { expect, test } from 'vitest';
import { cursorValue, inBatches, withCursorStates } from './cursor-state.js';
import type { ConnectorMessage } from './define/connector.js';

async function read(values: (number | null)[], size: number): Promise<ConnectorMessage[]> {
  const rows = values.map((at, id) => ({ id, at }));
  const messages: ConnectorMessage[] = [];
  for await (const message of withCursorStates(inBatches(rows, size), 'at')) messages.push(message);
  return messages;
}

/** The cursor values of each batch, and the states between them. */
function told(messages: ConnectorMessage[]): unknown[] {
  return messages.map((message) => {
    if (message.type === 'RECORDS') return message.records.map((record) => record['at']);
    return message.type === 'STATE' ? (message.state as { value: unknown }).value : message;
  });
}

test('a state never stands between rows of the same cursor value', async () => {
  expect(told(await read([1, 2, 2, 2, 3], 3))).toEqual([[1], 1, [2, 2, 2], 2, [3], 3]);
});

test('rows without a cursor are given and tell nothing', async () => {
  expect(told(await read([1, 2, null, null], 2))).toEqual([[1], 1, [2], 2, [null, null]]);
});

test('a stream without rows has no state', async () => {
  expect(await read([], 10)).toEqual([]);
});

test('a state of another cursor begins anew', () => {
  expect(cursorValue('at', { cursor: 'at', value: 5 })).toBe(5);
  expect(cursorValue('id', { cursor: 'at', value: 5 })).toBeUndefined();
  expect(cursorValue('at', null)).toBeUndefined();
});
