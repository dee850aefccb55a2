import { AppError } from '@pelton/sdk';
import type Cluster from 'kafkajs/src/cluster/index.js';

/** What a partition holds: messages from `low` up to, but not with, `end`, as far as they are committed. */
export interface Extent {
  partition: number;
  low: bigint;
  end: bigint;
}

/**
 * What each partition of a topic holds now, in their order.
 * @throws the library's errors, such as for a topic that is not there
 */
export async function extentsOf(cluster: Cluster, topic: string): Promise<Extent[]> {
  await cluster.addMultipleTargetTopics([topic]);
  const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId: partition }) => ({ partition }));
  if (partitions.length === 0)
    throw new AppError('CONNECTION_FAILED', { connection: 'Kafka', reason: `there is no topic ${topic}.` });
  const [lows, ends] = await Promise.all([offsets(true), offsets(false)]);
  return partitions
    .map(({ partition }) => ({ partition, low: lows.get(partition) ?? 0n, end: ends.get(partition) ?? 0n }))
    .sort((one, other) => one.partition - other.partition);

  async function offsets(fromBeginning: boolean): Promise<Map<number, bigint>> {
    const [found] = await cluster.fetchTopicsOffset([{ topic, fromBeginning, partitions }]);
    return new Map(found?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
  }
}
