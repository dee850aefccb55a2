import { type ConnectorMessage, inBatches, type ReadRequest } from '@pelton/sdk';
import type Cluster from 'kafkajs/src/cluster/index.js';
import { z } from 'zod';
import { fromCluster } from './cluster.js';
import type { KafkaContext, StreamOptions } from './connection-config.js';
import { fetchMessages } from './fetch-messages.js';
import { toRow } from './message-row.js';
import { type Extent, extentsOf } from './offsets.js';
import { readPartition } from './read-partition.js';

/** By partition, the offset to go on from. */
const State = z.object({ topic: z.string(), next: z.record(z.string(), z.string()) });

/**
 * Messages of a topic, partition by partition, up to the end that each has at the start. No consumer group is used and
 * nothing is committed to Kafka: how far a read got is the sync's to keep.
 */
export function readTopic(
  context: KafkaContext,
  { stream: topic }: StreamOptions,
  request: ReadRequest,
): AsyncGenerator<ConnectorMessage> {
  return fromCluster(context, (cluster) => readFrom(cluster, topic, request));
}

async function* readFrom(cluster: Cluster, topic: string, request: ReadRequest): AsyncGenerator<ConnectorMessage> {
  const isIncremental = request.mode === 'incremental';
  const next = isIncremental ? nextIn(request.state, topic) : {};
  for (const extent of await extentsOf(cluster, topic)) {
    const { partition, end } = extent;
    const { from, warning } = beginningOf(extent, next[partition]);
    if (warning) yield { type: 'LOG', level: 'warn', message: warning };
    const fetch = (offset: bigint) => fetchMessages(cluster, { topic, partition }, offset);
    const where = `partition ${partition} of ${topic}`;
    let reached = from;
    for await (const piece of readPartition(fetch, { from, end, where })) {
      reached = piece.next;
      next[partition] = String(reached);
      if (piece.messages.length === 0) continue;
      for await (const records of inBatches(piece.messages.map(toRow))) yield { type: 'RECORDS', records };
      if (isIncremental) yield { type: 'STATE', state: { topic, next: { ...next } } };
    }
    if (reached < end) yield { type: 'LOG', level: 'warn', message: silence(where, reached, end) };
  }
  if (isIncremental) yield { type: 'STATE', state: { topic, next } };
}

function nextIn(state: unknown, topic: string): Record<string, string> {
  const read = State.safeParse(state);
  return read.success && read.data.topic === topic ? { ...read.data.next } : {};
}

/** Where to begin: behind what was read, as far as it is still there. */
export function beginningOf({ partition, low, end }: Extent, next?: string): { from: bigint; warning?: string } {
  if (next === undefined) return { from: low };
  const wanted = BigInt(next);
  if (wanted > end) {
    const warning = `Partition ${partition} ends at ${end}, before ${wanted}, where reading was to go on: the topic was made anew. It is read from its beginning`;
    return { from: low, warning };
  }
  if (wanted >= low) return { from: wanted };
  const warning = `Partition ${partition} begins at ${low}: messages from ${wanted} on were deleted before they were read`;
  return { from: low, warning };
}

function silence(where: string, reached: bigint, end: bigint): string {
  return `Nothing came of ${where} for half a minute, from offset ${reached} on, though it ends at ${end}. The next run goes on there`;
}
