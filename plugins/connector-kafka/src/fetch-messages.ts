import Batch from 'kafkajs/src/consumer/batch.js';
import type Cluster from 'kafkajs/src/cluster/index.js';
import type { FetchedPartition } from 'kafkajs/src/cluster/index.js';
import type { Message } from './message-row.js';

/** Of one answer; a message that is larger comes alone. Nothing more is asked for until these are taken. */
const MOST_BYTES = 2_000_000;
/** How long a broker that has nothing waits for something. */
const WAIT_MS = 250;
const MOST_TRIES = 5;
/** Leaders change, and partitions move, while brokers are restarted. */
const MOVED = new Set(['NOT_LEADER_FOR_PARTITION', 'FENCED_LEADER_EPOCH', 'UNKNOWN_LEADER_EPOCH']);

/** Messages from an offset on. */
export interface Fetched {
  messages: Message[];
  /** The offset after all that was looked at; the one that was asked for when there was nothing. */
  next: bigint;
  /** Up to where messages are committed; null when the broker gave no answer about the partition. */
  stable: bigint | null;
}

export interface Place {
  topic: string;
  partition: number;
}

/**
 * Asks the leader of a partition once. What was given up in a transaction, and marks of transactions, are left out.
 * @throws the library's errors
 */
export async function fetchMessages(cluster: Cluster, { topic, partition }: Place, offset: bigint): Promise<Fetched> {
  const answer = await withLeader(cluster, { topic, partition }, async (broker) => {
    const asked = { partition, fetchOffset: String(offset), maxBytes: MOST_BYTES };
    const { responses } = await broker.fetch({
      ...{ replicaId: -1, isolationLevel: 1, maxWaitTime: WAIT_MS, minBytes: 1, maxBytes: MOST_BYTES },
      topics: [{ topic, partitions: [asked] }],
    });
    return responses.flatMap(({ partitions }) => partitions).find((each) => each.partition === partition);
  });
  if (!answer) return { messages: [], next: offset, stable: null };
  const batch = new Batch(topic, String(offset), answer);
  return {
    messages: batch.messages.map((message) => ({ ...message, partition })),
    next: nextOf(answer, offset),
    stable: BigInt(answer.lastStableOffset ?? answer.highWatermark),
  };
}

/** A batch may reach farther than its last message, since compacting leaves gaps. */
function nextOf({ messages }: FetchedPartition, offset: bigint): bigint {
  const last = messages.at(-1);
  if (!last) return offset;
  const { batchContext } = last;
  const end = batchContext
    ? BigInt(batchContext.firstOffset) + BigInt(batchContext.lastOffsetDelta)
    : BigInt(last.offset);
  return end >= offset ? end + 1n : offset;
}

type Broker = Awaited<ReturnType<Cluster['findBroker']>>;

async function withLeader<T>(
  cluster: Cluster,
  { topic, partition }: Place,
  work: (broker: Broker) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const [nodeId = ''] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
      return await work(await cluster.findBroker({ nodeId }));
    } catch (error) {
      if (attempt >= MOST_TRIES || !isPassing(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS * 2 ** attempt));
      await cluster.refreshMetadata();
    }
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const isConnection = /^KafkaJS(ConnectionError|ConnectionClosedError|BrokerNotFound)$/.test(error.name);
  return isConnection || ('type' in error && MOVED.has(String(error.type)));
}
