import { createHash } from 'node:crypto';
import { AppError, type WebhookMapping } from '@pelton/contract';
import { type Batch, isObject, type Json, present } from './batch.js';

/**
 * Reads a body of any shape by a mapping. A body without an id gets one from its content, so that a webhook that is
 * delivered twice counts once.
 * @throws BAD_INPUT when the mapping's list is not there
 */
export function readWebhook(body: unknown, { name, mapping }: { name: string; mapping: WebhookMapping }): Batch {
  const found = mapping.items ? at(body, mapping.items) : body;
  const items = Array.isArray(found) ? found : [found];
  if (found === undefined || found === null)
    throw new AppError('BAD_INPUT', {
      issues: [{ path: mapping.items ?? '', message: 'There is nothing here; the mapping looks for events' }],
    });
  return { source: `webhook:${name}`, calls: items.map((item) => toCall(item, mapping)), originals: items };
}

function toCall(item: unknown, mapping: WebhookMapping): unknown {
  if (!isObject(item)) return item;
  const pick = (path: string | undefined) => (path === undefined ? undefined : at(item, path));
  const properties = mapping.properties ? pick(mapping.properties) : item;
  return present({
    type: 'track',
    event: 'value' in mapping.event ? mapping.event.value : pick(mapping.event.path),
    userId: pick(mapping.userId),
    anonymousId: pick(mapping.anonymousId),
    messageId: textOf(pick(mapping.messageId)) ?? contentId(item),
    timestamp: pick(mapping.timestamp),
    properties: isObject(properties) ? properties : present({ value: properties }),
  });
}

function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, name) =>
        typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name) ? (inner as Json)[name] : undefined,
      value,
    );
}

function textOf(id: unknown): unknown {
  if (id === '') return undefined;
  return typeof id === 'number' ? String(id) : id;
}

function contentId(item: Json): string {
  return createHash('sha256').update(JSON.stringify(item)).digest('hex').slice(0, 40);
}
