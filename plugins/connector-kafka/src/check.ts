import { AppError } from '@pelton/sdk';
import { withCluster } from './cluster.js';
import type { KafkaContext } from './connection-config.js';
import { metadataOf, offeredIn } from './offered.js';

/** More brokers than this are not asked one by one. */
const MOST_BROKERS = 12;

/** Signs in, and connects to each broker that the cluster names: one that cannot be reached is found out here. */
export async function check(context: KafkaContext): Promise<{ ok: boolean; message: string }> {
  try {
    return await withCluster(context, async (cluster) => {
      const metadata = await metadataOf(cluster);
      const brokers = metadata.brokers.slice(0, MOST_BROKERS);
      await Promise.all(brokers.map(({ nodeId }) => cluster.findBroker({ nodeId })));
      const topics = offeredIn(metadata);
      if (topics.length === 0)
        return { ok: true, message: 'It answers; it has no topic yet, or none that the user may see' };
      const partitions = topics.reduce((sum, { partitionMetadata }) => sum + partitionMetadata.length, 0);
      return { ok: true, message: `${topics.length} topics with ${partitions} partitions` };
    });
  } catch (error) {
    if (error instanceof AppError) return { ok: false, message: error.message };
    throw error;
  }
}
