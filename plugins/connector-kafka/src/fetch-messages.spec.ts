import type Cluster from 'kafkajs/src/cluster/index.js';
import type { FetchedPartition, RawMessage } from 'kafkajs/src/cluster/index.js';
import { expect, test } from 'vitest';
import { fetchMessages } from './fetch-messages.js';

const PLACE = { topic: 'orders', partition: 0 };
const ABORT = Buffer.from([0, 0, 0, 0]);
const COMMIT = Buffer.from([0, 0, 0, 1]);

/** A cluster of one broker, which gives these answers one after another; an error is thrown. */
function clusterOf(...answers: (FetchedPartition | Error | undefined)[]): Cluster {
  const fetch = () => {
    const answer = answers.shift();
    if (answer instanceof Error) return Promise.reject(answer);
    return Promise.resolve({ responses: answer ? [{ topicName: 'orders', partitions: [answer] }] : [] });
  };
  // No more of a cluster is used to fetch.
  return {
    findLeaderForPartitions: () => ({ 1: [0] }),
    findBroker: () => Promise.resolve({ fetch }),
    refreshMetadata: () => Promise.resolve(),
  } as unknown as Cluster;
}

/** A batch that begins at an offset and reaches `last` further, with messages at some of its offsets. */
function batch(first: number, last: number, offsets: number[], rest: object = {}): RawMessage[] {
  const batchContext = { firstOffset: String(first), lastOffsetDelta: last, ...rest };
  const message = { timestamp: '0', key: null, value: null, headers: {}, isControlRecord: false };
  return offsets.map((offset) => ({ ...message, offset: String(offset), batchContext }));
}

function mark(offset: number, key: Buffer, producerId: string): RawMessage[] {
  const [message] = batch(offset, 0, [offset], { producerId, inTransaction: true });
  return message ? [{ ...message, key, isControlRecord: true }] : [];
}

function partition(messages: RawMessage[], rest: Partial<FetchedPartition> = {}): FetchedPartition {
  return { partition: 0, highWatermark: '100', lastStableOffset: '90', messages, ...rest };
}

const offsets = ({ messages }: { messages: { offset: string }[] }) => messages.map(({ offset }) => Number(offset));

test('what was given up in a transaction, and marks of transactions, are left out and passed over', async () => {
  const messages = [
    ...batch(0, 1, [0, 1], { producerId: '7', inTransaction: true }),
    ...batch(2, 0, [2], { producerId: '8', inTransaction: true }),
    ...mark(3, ABORT, '7'),
    ...mark(4, COMMIT, '8'),
    ...batch(5, 0, [5], { producerId: '7', inTransaction: true }),
    ...mark(6, COMMIT, '7'),
  ];
  const abortedTransactions = [{ producerId: '7', firstOffset: '0' }];
  const fetched = await fetchMessages(clusterOf(partition(messages, { abortedTransactions })), PLACE, 0n);
  expect(offsets(fetched)).toEqual([2, 5]);
  expect(fetched).toMatchObject({ next: 7n, stable: 90n });
});

test('a batch that was compacted reaches farther than its last message', async () => {
  const fetched = await fetchMessages(clusterOf(partition(batch(10, 9, [11, 14]))), PLACE, 10n);
  expect(offsets(fetched)).toEqual([11, 14]);
  expect(fetched.next).toBe(20n);
});

test('messages before the offset, which come with their batch, are left out', async () => {
  const fetched = await fetchMessages(clusterOf(partition(batch(10, 2, [10, 11, 12]))), PLACE, 12n);
  expect(offsets(fetched)).toEqual([12]);
});

test('an answer of nothing leaves the place as it is', async () => {
  expect(await fetchMessages(clusterOf(partition([])), PLACE, 5n)).toEqual({ messages: [], next: 5n, stable: 90n });
  expect(await fetchMessages(clusterOf(undefined), PLACE, 5n)).toEqual({ messages: [], next: 5n, stable: null });
});

test('a leader that changed is looked up again; what is refused is not asked again', async () => {
  const moved = Object.assign(new Error('moved'), { type: 'NOT_LEADER_FOR_PARTITION' });
  const refused = Object.assign(new Error('refused'), { type: 'TOPIC_AUTHORIZATION_FAILED' });
  const fetched = await fetchMessages(clusterOf(moved, partition(batch(0, 0, [0]))), PLACE, 0n);
  expect(offsets(fetched)).toEqual([0]);
  await expect(fetchMessages(clusterOf(refused, partition([])), PLACE, 0n)).rejects.toThrow('refused');
});
