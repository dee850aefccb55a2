import { readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { EventName, Run } from '@pelton/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { whyNot } from '../support/installed.js';
import { newDataDir, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { hasRedis, startRedis } from '../support/redis.js';
import { shopExport, SHOP_STEPS } from '../support/shop-export.js';

const ROWS = 40_000;
const CUSTOMERS = 3_000;
const STEPS = SHOP_STEPS.filter(({ id }) => ['orders', 'paid', 'named', 'people', 'events'].includes(id));

describe.skipIf(!hasRedis)(`jobs on Redis${whyNot('redis-server')}`, () => {
  const dataDir = newDataDir();
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let pelton: Pelton;

  const start = () => startPelton({ dataDir, env: { PELTON_QUEUE_URL: redis.url } });

  beforeAll(async () => {
    redis = await startRedis();
    pelton = await start();
  });
  afterAll(async () => {
    await pelton?.stop();
    await redis?.stop();
    removeDataDir(dataDir);
  });

  test('a run that is killed in the middle goes on at the next start, and counts nothing twice', async () => {
    let api = await Api.signIn(pelton.url);
    const orders = shopExport(ROWS);
    const paid = orders.split('\n').filter((line) => line.endsWith(',paid')).length;
    await api.upload({ name: 'orders.csv', content: orders });
    const files = { name: 'files', title: 'Files', kind: 'connector', uses: 'file', config: { source: 'uploads' } };
    await api.post('/api/connections', files);
    await api.publish('shop', STEPS);
    const { id } = await api.post<Run>('/api/pipelines/shop/runs');
    let state: string | undefined = 'waiting';
    while (state === 'waiting') {
      await pause(5);
      state = (await api.get<Run>(`/api/runs/${id}`)).steps.find((step) => step.id === 'people')?.state;
    }
    await pelton.kill();
    const killedAt = Date.now();
    pelton = await start();
    api = await Api.signIn(pelton.url);
    const run = await api.finished(id);
    expect(Date.parse(run.finishedAt ?? '')).toBeGreaterThan(killedAt);
    expect(run.state).toBe('done');
    expect(await api.get<EventName[]>('/api/events/names')).toMatchObject([
      { event: 'Ordered', count: paid, users: CUSTOMERS },
    ]);
    expect(readdirSync(dataDir)).not.toContain('queue');
  });
});
