import { join } from 'node:path';
import type { Health } from '@pelton/contract';
import { afterAll, expect, test } from 'vitest';
import { openCollector, send } from '../support/collected.js';
import { openSmallDisk } from '../support/small-disk.js';
import { waitFor } from '../support/wait-for.js';

const disk = openSmallDisk(700);
afterAll(() => disk?.remove());

/** After so long, events must be taken again without a restart. */
const HEALED_MS = 5_000;

// Passed over where the user of the tests may not mount a disk.
test.skipIf(!disk)('a full disk is told, loses nothing, and is forgotten when there is space again', async () => {
  const collector = await openCollector({}, join(disk?.folder ?? '', 'data'));
  try {
    const acknowledged = new Set<string>();
    let number = 0;
    const sendOne = async () => {
      const messageId = `disk-${(number += 1)}`;
      const properties = { text: 'x'.repeat(8_000) };
      const response = await send(collector, '/v1/track', { event: 'Written', userId: 'disk', messageId, properties });
      if (response.status === 200) acknowledged.add(messageId);
      return { status: response.status, message: ((await response.json()) as { message?: string }).message };
    };
    const health = async () => {
      const response = await fetch(`${collector.url}/healthz`);
      return { status: response.status, ...((await response.json()) as Health).services.disk };
    };
    expect((await sendOne()).status).toBe(200);
    expect(await health()).toMatchObject({ status: 200, ok: true });

    disk?.fill();
    expect(await health()).toMatchObject({
      ...{ status: 503, ok: false },
      error: 'the disk of the data folder has less than 50 MB left; free some space',
    });
    expect(await sendOne()).toEqual({
      status: 503,
      message: 'The warehouse service does not answer: the disk is full; free some space. Pelton goes on trying.',
    });
    for (let turn = 0; turn < 10; turn += 1) expect((await sendOne()).status).toBe(503);

    disk?.free();
    expect(await health()).toMatchObject({ ok: true });
    await waitFor(async () => ((await sendOne()).status === 200 ? true : undefined), { mostMs: HEALED_MS });
    const found = await collector.eventsOf('disk', acknowledged.size);
    expect(new Set(found.map(({ messageId }) => messageId))).toEqual(acknowledged);
  } finally {
    await collector.close();
  }
});
