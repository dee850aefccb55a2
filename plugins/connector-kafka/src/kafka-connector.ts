import { defineConnector } from '@pelton/sdk';
import { ConnectionConfig, StreamOptions, TargetOptions } from './connection-config.js';

/** The client takes a tenth of a second to load, which a start need not. */
const topics = () => import('./topics.js');

/** Reads topics of Kafka and of what speaks its protocol; a stream is one of them. */
export const kafkaConnector = defineConnector({
  id: 'kafka',
  title: 'Kafka',
  description: 'Reads topics, all messages or what is new; sends rows as messages.',
  icon: 'topology-bus',
  group: 'streams',
  config: ConnectionConfig,
  secrets: ['password'],
  stream: StreamOptions,
  incremental: true,
  check: async (context) => (await topics()).check(context),
  discover: async (context, stream) => (await topics()).discover(context, stream),
  async *read(context, stream, request) {
    yield* (await topics()).readTopic(context, stream, request);
  },
  write: {
    modes: ['append'],
    target: TargetOptions,
    rows: async (context, target, batch) => (await topics()).writeRows(context, target, batch),
  },
});
