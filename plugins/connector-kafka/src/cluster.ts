import { openSocket } from '@pelton/outgoing';
import { type AppError, isAppError } from '@pelton/sdk';
import kafkajs, { type ISocketFactory, type SASLOptions } from 'kafkajs';
import Cluster from 'kafkajs/src/cluster/index.js';
import { addCodecs } from './codecs.js';
import { brokersOf, type KafkaContext } from './connection-config.js';
import { explain } from './explain.js';

const CONNECT_MS = 10_000;
const REQUEST_MS = 30_000;
const METADATA_MS = 300_000;
const CLIENT = 'pelton';
/** A cluster that elects a leader takes some seconds. */
const RETRY = { retries: 3, initialRetryTime: 300 };
const READ_COMMITTED = 1;

/** The library would write to the console; its errors tell all that it would say. */
const silent = {
  namespace: () => silent,
  ...{ error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined },
};

addCodecs();

/**
 * Works with a cluster of which only committed messages are seen.
 * @throws CONNECTION_FAILED with what to mend, ADDRESS_NOT_ALLOWED
 */
export async function withCluster<T>(context: KafkaContext, work: (cluster: Cluster) => Promise<T>): Promise<T> {
  const { cluster, explained } = openCluster(context);
  try {
    await cluster.connect();
    return await work(cluster);
  } catch (error) {
    throw explained(error);
  } finally {
    await cluster.disconnect();
  }
}

/** As `withCluster`, for what gives messages one after another. */
export async function* fromCluster<T>(
  context: KafkaContext,
  work: (cluster: Cluster) => AsyncGenerator<T>,
): AsyncGenerator<T> {
  const { cluster, explained } = openCluster(context);
  try {
    await cluster.connect();
    yield* work(cluster);
  } catch (error) {
    throw explained(error);
  } finally {
    await cluster.disconnect();
  }
}

/** Works with a producer whose messages are kept by all replicas in sync before they count as sent. */
export async function withProducer<T>(
  context: KafkaContext,
  work: (producer: ReturnType<InstanceType<typeof kafkajs.Kafka>['producer']>) => Promise<T>,
): Promise<T> {
  const { options, explained } = optionsOf(context);
  const kafka = new kafkajs.Kafka({ ...options, logLevel: kafkajs.logLevel.NOTHING });
  const { DefaultPartitioner: createPartitioner } = kafkajs.Partitioners;
  const producer = kafka.producer({ createPartitioner, allowAutoTopicCreation: false });
  try {
    await producer.connect();
    return await work(producer);
  } catch (error) {
    throw explained(error);
  } finally {
    await producer.disconnect();
  }
}

function openCluster(context: KafkaContext): { cluster: Cluster; explained: (error: unknown) => Error } {
  const { options, explained } = optionsOf(context);
  const cluster = new Cluster({
    ...options,
    logger: silent,
    isolationLevel: READ_COMMITTED,
    metadataMaxAge: METADATA_MS,
    allowAutoTopicCreation: false,
  });
  return { cluster, explained };
}

/** The library connects to every broker that the cluster names; each of them goes through the guard. */
function optionsOf(context: KafkaContext) {
  const { config, secrets } = context;
  const refusals = new Map<string, AppError>();
  const socketFactory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
    const socket = openSocket({ host, port, allowPrivate: config.allowPrivate, ...(ssl && { tls: ssl }) }, onConnect);
    socket.on('error', (error) => isAppError(error) && refusals.set(`${host}:${port}`, error));
    return socket;
  };
  const options = {
    ...{ clientId: CLIENT, brokers: brokersOf(config), socketFactory, retry: RETRY },
    ...{ connectionTimeout: CONNECT_MS, requestTimeout: REQUEST_MS },
    ssl: tlsOf(context),
    ...(config.mechanism !== 'none' && {
      // A member of a union by mechanism, whose other fields are the same.
      sasl: {
        ...{ mechanism: config.mechanism, username: config.user ?? '', password: secrets['password'] ?? '' },
      } as SASLOptions,
    }),
  };
  return { options, explained: (error: unknown) => explain(context, error, refusals) };
}

function tlsOf({ config }: KafkaContext) {
  if (config.tls === 'off') return false;
  return { rejectUnauthorized: config.tls === 'verify', ...(config.authority && { ca: config.authority }) };
}
