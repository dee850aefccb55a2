import { expect, test } from 'vitest';
import type { Config } from '../config.js';
import type { DurableStore } from './durable-store.service.js';
import { IngestService } from './ingest.service.js';
import type { LiveService } from './live/live.service.js';

const sender = { projectId: 'p', keyId: 'k', address: 'POST /v1/batch', bodyLength: 60 };
const batch = { source: 'segment', calls: [{ type: 'track', event: 'X', userId: 'u' }] };

test('while too many rows wait to be stored, senders are told to wait a second, and nothing is taken', async () => {
  const stored: unknown[] = [];
  // Only what is asked of them here.
  const store = {
    waitingRows: 100_001,
    add: (...rows: unknown[]) => void stored.push(rows),
  } as unknown as DurableStore;
  const live = { note: () => undefined } as unknown as LiveService;
  const ingest = new IngestService(store, live, { eventsPerSecond: 1_000 } as Config);
  await expect(ingest.take(sender, batch)).rejects.toMatchObject({
    ...{ code: 'TOO_MANY_EVENTS', status: 429 },
    facts: { seconds: 1, what: 'too many wait to be stored' },
  });
  expect(stored).toEqual([]);
});
