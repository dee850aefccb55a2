import { createHash } from 'node:crypto';
import { AppError } from '@pelton/contract';
import { type Batch, isObject, type Json, present } from './batch.js';

/** Attributes that have a place of their own in an event; all others are extensions and stay in its context. */
const KNOWN = new Set(['id', 'type', 'subject', 'time', 'data', 'data_base64', 'datacontenttype']);

/** Of a message id. */
const LONGEST_ID = 100;

/**
 * Reads CloudEvents 1.0 over HTTP: binary (attributes in `ce-` headers, data in the body), structured, or a batch.
 * `type` is the event's name, `subject` the user, `source` and `id` the message id, since an id is its source's alone;
 * `source` stands for an event without a subject.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
 */
export function readCloudEvents(body: unknown, headers: Record<string, string | string[] | undefined>): Batch {
  const attributes = attributesOf(headers);
  const events = attributes.id !== undefined ? [{ ...attributes, data: body }] : Array.isArray(body) ? body : [body];
  if (!events.every(isObject) || events.length === 0)
    throw new AppError('BAD_INPUT', {
      issues: [{ path: '', message: 'Give a CloudEvent: ce- headers, or an object of specversion, id, source, type' }],
    });
  return { source: 'cloudevents', calls: events.map(toCall), sent: events };
}

function toCall(event: Json): Json {
  const extensions = Object.entries(event).filter(([name]) => !KNOWN.has(name));
  return present({
    type: 'track',
    event: event.type,
    messageId: messageIdOf(event),
    userId: event.subject,
    anonymousId: event.subject ? undefined : event.source,
    timestamp: event.time,
    properties: isObject(event.data) ? event.data : present({ data: event.data ?? event.data_base64 }),
    context: { cloudevent: Object.fromEntries(extensions) },
  });
}

function messageIdOf({ source, id }: Json): unknown {
  if (typeof source !== 'string' || typeof id !== 'string') return id;
  const both = `${source}#${id}`;
  return both.length <= LONGEST_ID ? both : createHash('sha256').update(both).digest('hex');
}

/** Header values are percent-encoded where they are not plain ASCII. */
function attributesOf(headers: Record<string, string | string[] | undefined>): Json {
  const found = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith('ce-') && typeof value === 'string' ? [[name.slice(3), decode(value)] as const] : [],
  );
  return Object.fromEntries(found);
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
