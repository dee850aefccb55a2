import { ConnectionsService } from '../../connections/connections.service.js';
import { ExperimentsService } from '../../experiments/experiments.service.js';
import { ItemTypesService } from '../../items/item-types.service.js';
import type { TestApp } from '../../journeys/testing/test-app.js';
import { MessagesService } from '../../messages/messages.service.js';
import { MetricsService } from '../../metrics/metrics.service.js';
import { EXPERIMENTS, ITEM_TYPES, MESSAGE, METRICS, TAGS } from '../../sample/sample-definitions.js';
import { TagsService } from '../../tags/tags.service.js';

const MAIL = {
  name: 'mail',
  title: 'Mail',
  kind: 'channel' as const,
  uses: 'email',
  config: { host: '127.0.0.1', port: 25, secure: 'none', from: 'a@example.org', fromName: 'A', perSecond: 10 },
  secrets: {},
};

interface ShopEvent {
  event: string;
  user?: string;
  at: string;
  receivedAt?: string;
  properties?: object;
}

const EVENTS: ShopEvent[] = [
  { event: 'Page Viewed', user: 'ann', at: '2026-11-10T08:00:00Z', properties: { campaign: 'spring' } },
  { event: 'Page Viewed', user: 'ann', at: '2026-11-11T08:00:00Z', properties: { campaign: 'spring' } },
  { event: 'Page Viewed', user: 'bob', at: '2026-11-11T09:00:00Z', properties: { campaign: 'spring' } },
  { event: 'Page Viewed', user: 'cleo', at: '2026-11-11T09:30:00Z' },
  { event: 'Product Viewed', user: 'ann', at: '2026-11-11T08:01:00Z' },
  { event: 'Product Added', user: 'ann', at: '2026-11-11T08:02:00Z' },
  { event: 'Order Completed', user: 'ann', at: '2026-11-04T08:00:00Z', properties: { amount: 20 } },
  { event: 'Order Completed', user: 'ann', at: '2026-11-12T08:00:00Z', properties: { amount: 30 } },
  { event: 'Import Done', at: '2026-11-17T09:00:00Z' },
  { event: 'Import Done', user: 'ann', at: '2026-11-14T09:00:00Z', receivedAt: '2026-11-17T09:00:00Z' },
];

/** Fills the project of a test with the definitions of the sample and a handful of events. */
export async function fillShop({ app, actor, project }: TestApp): Promise<void> {
  const { projectId } = actor;
  await app.get(ConnectionsService).create(projectId, MAIL);
  for (const [type, input] of Object.entries(ITEM_TYPES))
    await app.get(ItemTypesService).describe(projectId, type, input);
  for (const metric of METRICS) await app.get(MetricsService).create(actor, metric);
  for (const tag of TAGS) await app.get(TagsService).create(actor, tag);
  for (const experiment of EXPERIMENTS) await app.get(ExperimentsService).create(actor, experiment);
  await app.get(MessagesService).create(actor, { ...MESSAGE, connection: 'mail' });
  const rain = { type: 'weather_day', item_id: '2026-11-12', property: 'rain', value: 'true' };
  await project.admin.insert('item_properties', [{ ...rain, updated_at: '2026-11-01T00:00:00Z' }]);
  await project.admin.insert(
    'events',
    EVENTS.map(({ event, user = '', at, receivedAt = at, properties = {} }, index) => ({
      message_id: `m${index}`,
      type: 'track',
      event,
      user_id: user,
      timestamp: at,
      received_at: receivedAt,
      properties,
    })),
  );
}
