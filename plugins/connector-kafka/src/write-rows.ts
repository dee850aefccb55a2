import { AppError, type WriteBatch, type WriteResult } from '@pelton/sdk';
import type { Message as Outgoing, Producer } from 'kafkajs';
import { withProducer } from './cluster.js';
import type { KafkaContext, TargetOptions } from './connection-config.js';

/** All replicas in sync have it. */
const ALL = -1;
/** Of one request. Brokers take a million bytes a partition by themselves. */
const MOST_BYTES = 500_000;
const ID_HEADER = 'pelton-id';

/**
 * Sends rows as JSON messages, in their order. One that is too large for the broker is refused; what broke off in the
 * middle is given again, with the same id in its header.
 */
export function writeRows(
  context: KafkaContext,
  { topic, key }: TargetOptions,
  { records, ids }: WriteBatch,
): Promise<WriteResult[]> {
  requireKey(key, records);
  const messages = records.map((record, index) => toMessage(record, key, ids?.[index]));
  return withProducer(context, async (producer) => {
    const results: WriteResult[] = [];
    try {
      for (const part of parts(messages)) results.push(...(await send(producer, topic, part)));
    } catch (error) {
      if (results.length === 0) throw error;
    }
    return results;
  });
}

async function send(producer: Producer, topic: string, messages: Outgoing[]): Promise<WriteResult[]> {
  try {
    await producer.send({ topic, messages, acks: ALL });
    return messages.map(() => ({ ok: true }));
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    const [only, ...others] = messages;
    if (only && others.length === 0) return [{ ok: false, reason: 'The broker takes no message as large as this' }];
    const results: WriteResult[] = [];
    for (const message of messages) results.push(...(await send(producer, topic, [message])));
    return results;
  }
}

function isTooLarge(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const isIt = 'type' in error && /^(MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE)$/.test(String(error.type));
  return isIt || isTooLarge(error.cause);
}

function requireKey(key: string | undefined, records: Record<string, unknown>[]): void {
  if (!key || records.every((record) => key in record)) return;
  throw new AppError('PARAM_INVALID', { field: 'key', reason: `There is no column ${key}. Choose one of the rows` });
}

/** A row as a message: its key as text, all of it as JSON. */
function toMessage(record: Record<string, unknown>, key: string | undefined, id: string | undefined): Outgoing {
  const value = key ? record[key] : undefined;
  const text = typeof value === 'string' || value === null || value === undefined ? value : JSON.stringify(value);
  return {
    key: text ?? null,
    value: JSON.stringify(record),
    ...(id !== undefined && { headers: { [ID_HEADER]: id } }),
  };
}

/** As many messages together as fit into one request. */
function* parts(messages: Outgoing[]): Generator<Outgoing[]> {
  let part: Outgoing[] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = Buffer.byteLength(message.value ?? '');
    if (part.length > 0 && bytes + size > MOST_BYTES) {
      yield part;
      [part, bytes] = [[], 0];
    }
    part.push(message);
    bytes += size;
  }
  if (part.length > 0) yield part;
}
