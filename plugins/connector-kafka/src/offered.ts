import { AppError } from '@pelton/sdk';
import type Cluster from 'kafkajs/src/cluster/index.js';
import type { Metadata } from 'kafkajs/src/cluster/index.js';

/** The brokers and topics that a cluster tells of. */
export async function metadataOf(cluster: Cluster): Promise<Metadata> {
  const metadata = await cluster.metadata();
  if (metadata) return metadata;
  throw new AppError('CONNECTION_FAILED', { connection: 'Kafka', reason: 'no broker tells of its topics. Try again.' });
}

/** The topics that are offered, by name; those that Kafka and its tools keep for themselves are not. */
export function offeredIn({ topicMetadata }: Metadata): Metadata['topicMetadata'] {
  return topicMetadata
    .filter(({ topic, isInternal }) => !isInternal && !/^(__|_schemas$|_confluent)/.test(topic))
    .sort((one, other) => one.topic.localeCompare(other.topic));
}
