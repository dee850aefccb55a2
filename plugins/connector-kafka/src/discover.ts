import type { StreamInfo } from '@pelton/sdk';
import type Cluster from 'kafkajs/src/cluster/index.js';
import { withCluster } from './cluster.js';
import type { KafkaContext, StreamOptions } from './connection-config.js';
import { fetchMessages, type Place } from './fetch-messages.js';
import { columnsOf, type Message } from './message-row.js';
import { metadataOf, offeredIn } from './offered.js';
import { type Extent, extentsOf } from './offsets.js';

/** The latest messages of a topic that its columns are told from. */
const SAMPLE = 500;
/** More than these are not asked for of one partition. */
const MOST_ANSWERS = 10;
/** Messages of more partitions than this are not looked at. */
const MOST_PARTITIONS = 20;
/** Of more topics than this a list shows no fields; each still has them where it is chosen. */
const MOST_LOOKED_AT = 50;

/** The topics with what their latest messages hold; or one. */
export function discover(context: KafkaContext, stream?: StreamOptions): Promise<StreamInfo[]> {
  return withCluster(context, async (cluster) => {
    if (stream) return [await describe(cluster, stream.stream, { size: SAMPLE, fields: stream.fields })];
    const topics = offeredIn(await metadataOf(cluster)).map(({ topic }) => topic);
    await cluster.addMultipleTargetTopics(topics); // together, since each would ask for all before it again
    const streams: StreamInfo[] = [];
    for (const [index, topic] of topics.entries())
      streams.push(await lookAt(cluster, topic, index < MOST_LOOKED_AT ? SAMPLE : 0));
    return streams;
  });
}

interface Look {
  /** How many messages. */
  size: number;
  fields: 'typed' | 'text';
}

/** One topic of a list; by its name alone where the user may see it, but not read it. */
async function lookAt(cluster: Cluster, topic: string, size: number): Promise<StreamInfo> {
  try {
    return await describe(cluster, topic, { size, fields: 'typed' });
  } catch (error) {
    if (error instanceof Error && 'type' in error && error.type === 'TOPIC_AUTHORIZATION_FAILED')
      return { name: topic, title: topic, columns: columnsOf([], 'typed'), rows: null };
    throw error;
  }
}

async function describe(cluster: Cluster, topic: string, { size, fields }: Look): Promise<StreamInfo> {
  const extents = await extentsOf(cluster, topic);
  const messages = size > 0 ? await latest(cluster, topic, { extents, size }) : [];
  return {
    name: topic,
    title: topic,
    columns: columnsOf(messages, fields),
    // Offsets that hold no message are counted too.
    rows: Number(extents.reduce((sum, { low, end }) => sum + end - low, 0n)),
    primaryKey: ['partition', 'offset'],
    cursors: ['offset'],
  };
}

/** The last messages of each partition. */
async function latest(
  cluster: Cluster,
  topic: string,
  { extents, size }: { extents: Extent[]; size: number },
): Promise<Message[]> {
  const filled = extents.filter(({ low, end }) => end > low).slice(0, MOST_PARTITIONS);
  const each = Math.ceil(size / Math.max(1, filled.length));
  const messages: Message[] = [];
  for (const { partition, low, end } of filled) {
    const from = end - BigInt(each) > low ? end - BigInt(each) : low;
    messages.push(...(await lastOf(cluster, { topic, partition }, { from, end })).slice(0, each));
  }
  return messages;
}

/** An answer may end with the first batch of messages, so more are asked for until the end is reached. */
async function lastOf(
  cluster: Cluster,
  place: Place,
  { from, end }: { from: bigint; end: bigint },
): Promise<Message[]> {
  const messages: Message[] = [];
  let offset = from;
  for (let answer = 0; answer < MOST_ANSWERS && offset < end; answer += 1) {
    const fetched = await fetchMessages(cluster, place, offset);
    messages.push(...fetched.messages);
    if (fetched.next === offset) break; // nothing more is there now
    offset = fetched.next;
  }
  return messages;
}
