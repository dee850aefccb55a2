import { AppError, isAppError } from '@pelton/sdk';
import { brokersOf, type KafkaContext } from './connection-config.js';

/** What the library's errors carry. */
interface KafkaError extends Error {
  /** Of the system or of TLS, such as `ECONNREFUSED`. */
  code?: string | number;
  /** What Kafka calls it, such as `TOPIC_AUTHORIZATION_FAILED`. */
  type?: string;
  /** host:port */
  broker?: string;
  cause?: unknown;
}

/** By Kafka's name for it, what is wrong and what to do. */
const REFUSALS: Record<string, (context: KafkaContext) => string> = {
  UNKNOWN_TOPIC_OR_PARTITION: () =>
    'there is no topic of this name, or the user may not see it. Check the name, or grant Describe and Read on it',
  INVALID_TOPIC_EXCEPTION: () => 'this is not the name of a topic. Check it',
  TOPIC_AUTHORIZATION_FAILED: ({ config }) =>
    `${config.user ?? 'who does not sign in'} may not do that with this topic. Grant Describe and Read, or Write to send`,
  CLUSTER_AUTHORIZATION_FAILED: ({ config }) => `${config.user ?? 'who does not sign in'} may not do that. Grant it`,
  OFFSET_OUT_OF_RANGE: () => 'messages were deleted while they were read. Run again',
  LEADER_NOT_AVAILABLE: () => 'a partition has no leader at the moment. Try again, or look after the brokers',
  NOT_ENOUGH_REPLICAS: () => 'too few replicas are in sync to keep the messages. Try again later',
  UNSUPPORTED_VERSION: () => 'it is older than Kafka 0.11',
};

/** By the system's name for it, what is wrong and what to do. */
const FAILURES: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'this name is not known',
  EAI_AGAIN: 'this name cannot be looked up now',
  EHOSTUNREACH: 'no way leads there',
  ETIMEDOUT: 'it does not answer',
  ECONNRESET: 'it ended the connection',
};

/**
 * What the library failed with, as an error that says what to mend.
 * @param refusals what the guard said of brokers, since the library passes on no more than their text
 */
export function explain(context: KafkaContext, error: unknown, refusals: Map<string, AppError> = new Map()): Error {
  if (isAppError(error) || !(error instanceof Error)) return error as Error; // kafkajs throws errors only
  const { config } = context;
  const first = rootOf(error);
  const refusal = refusals.get(first.broker ?? '');
  if (refusal) return refusal;
  const known = brokersOf(config);
  const isAdvertised = first.broker !== undefined && !known.includes(first.broker);
  const reason = isAdvertised
    ? `it names ${first.broker} as a broker, and ${failureOf(first)}. Set advertised.listeners of the brokers to addresses that Pelton can reach`
    : reasonOf(context, first);
  const connection = `Kafka at ${known.join(', ')}`;
  return new AppError('CONNECTION_FAILED', { connection, reason: `${reason}.` }, { cause: error });
}

function rootOf(error: KafkaError): KafkaError {
  const isWrapped = error.name === 'KafkaJSNumberOfRetriesExceeded' || error.name === 'KafkaJSNonRetriableError';
  return isWrapped && error.cause instanceof Error ? rootOf(error.cause) : error;
}

function reasonOf(context: KafkaContext, error: KafkaError): string {
  const { config } = context;
  if (error.type !== undefined) return REFUSALS[error.type]?.(context) ?? error.message;
  if (/mechanism is not supported/.test(error.message))
    return `it does not know ${config.mechanism.toUpperCase()}. Choose another way to sign in`;
  if (error.name === 'KafkaJSSASLAuthenticationError')
    return `it refused ${config.user}. Enter user and password again, and check the way to sign in`;
  const failure = failureOf(error);
  return failure.includes('. ') ? failure : `${failure}. Check brokers, encryption and the way to sign in`;
}

function failureOf(error: KafkaError): string {
  const code = String(error.code ?? '');
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code))
    return 'its certificate is not trusted. Enter the one of its authority, or choose encryption "on"';
  if (/^EPROTO$|^ERR_SSL/.test(code)) return 'it knows no encryption there. Turn encryption off, or check the port';
  if (error.name === 'KafkaJSConnectionClosedError') return FAILURES['ECONNRESET'] ?? '';
  if (/timeout/i.test(error.message)) return FAILURES['ETIMEDOUT'] ?? '';
  return FAILURES[code] ?? error.message;
}
