import { expect, test } from 'vitest';
import type { Fetched } from './fetch-messages.js';
import { type Piece, readPartition } from './read-partition.js';

const END = 10n;

/** An answer with messages of these offsets, whose last batch reaches up to `next`. */
function answer(offsets: number[], next: number, stable: bigint | null = END): Fetched {
  const rest = { partition: 0, timestamp: '0', key: null, value: null, headers: {} };
  return { messages: offsets.map((offset) => ({ ...rest, offset: String(offset) })), next: BigInt(next), stable };
}

async function read(fetch: (offset: bigint) => Fetched, from = 0n, msPerAnswer = 1): Promise<Piece[]> {
  const pieces: Piece[] = [];
  let clock = 0;
  const now = () => clock;
  const source = (offset: bigint) => {
    clock += msPerAnswer;
    return Promise.resolve(fetch(offset));
  };
  for await (const piece of readPartition(source, { from, end: END, where: 'orders' }, now)) pieces.push(piece);
  return pieces;
}

const offsetsOf = (pieces: Piece[]) => pieces.flatMap(({ messages }) => messages.map(({ offset }) => Number(offset)));

test('reads up to the end that was seen at the start, and leaves what came since', async () => {
  const pieces = await read((offset) => (offset === 0n ? answer([0, 1, 2], 3) : answer([3, 9, 10, 11], 12)));
  expect(offsetsOf(pieces)).toEqual([0, 1, 2, 3, 9]);
  expect(pieces.map(({ next }) => next)).toEqual([3n, 10n]);
});

test('passes over the gaps that compacting and transactions leave, also at the end', async () => {
  const pieces = await read((offset) => (offset === 0n ? answer([4], 6) : answer([], 10)));
  expect(offsetsOf(pieces)).toEqual([4]);
  expect(pieces.at(-1)?.next).toBe(END);
});

test('goes on behind batches that are empty, though nothing says how far they reach', async () => {
  const pieces = await read((offset) => (offset < 8n ? answer([], Number(offset)) : answer([8, 9], 10)));
  expect(offsetsOf(pieces)).toEqual([8, 9]);
});

test('waits for a broker that says nothing of the partition for a moment', async () => {
  let asked = 0;
  const pieces = await read(() => ((asked += 1) < 5 ? answer([], 0, null) : answer([0], 10)));
  expect(offsetsOf(pieces)).toEqual([0]);
});

test('fails when what was there is not, and stops where nothing comes, instead of hanging', async () => {
  await expect(read((offset) => answer([], Number(offset), 0n), 2n, 5_000)).rejects.toThrow(/from offset 2 on/);
  const pieces = await read((offset) => answer([], Number(offset)), 2n, 5_000);
  expect(pieces.at(-1)?.next).toBe(8n); // six answers of five seconds
});
