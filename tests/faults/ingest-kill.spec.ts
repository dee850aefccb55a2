import type { Project } from '@pelton/contract';
import { startServices } from '@pelton/embedded';
import { sql } from '@pelton/sdk';
import { openWarehouse } from '@pelton/warehouse';
import { expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { startFlow } from '../support/flow.js';
import { newDataDir, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { queuedMs } from '../support/processes.js';
import { waitFor } from '../support/wait-for.js';

const KILLS = 10;
const BETWEEN = 250;
/** After its process was started again, Pelton must be back within this; not counted is the time that other tests had. */
const BACK_MS = 5_000;

test('kill -9 ten times at 500 events a second, of the warehouse too: lost 0, counted twice 0, back in 5 s', async () => {
  const dataDir = newDataDir();
  let warehousePid = 0;
  const services = await startServices({
    dataDir,
    log: (_event, facts) => {
      if ('service' in facts && facts.service === 'warehouse' && 'pid' in facts) warehousePid = Number(facts.pid);
    },
  });
  const env = {
    PELTON_MONGODB_URL: services.mongodbUrl,
    PELTON_QUEUE_URL: services.queueUrl,
    PELTON_CLICKHOUSE_URL: services.clickhouseUrl,
  };
  let pelton: Pelton = await startPelton({ env });
  const api = await Api.signIn(pelton.url);
  const [project] = await api.get<Project[]>('/api/projects');
  const { secret } = await api.post<{ secret: string }>('/api/keys', { title: 'Flow', scopes: ['write'] });
  const warehouse = openWarehouse({ url: services.clickhouseUrl });

  const target = { url: pelton.url, key: secret };
  const backMs: number[] = [];
  const flow = startFlow(target, { perSecond: 500, batch: 25 });
  try {
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const enough = flow.acknowledged.size + BETWEEN;
      await waitFor(async () => (flow.acknowledged.size >= enough ? true : undefined), { what: 'events to flow' });
      if (kill % 3 === 0) process.kill(warehousePid, 'SIGKILL');
      await pelton.kill();
      const started = performance.now();
      pelton = await startPelton({ dataDir: pelton.dataDir, env });
      await waitFor(async () => (await fetch(`${pelton.url}/healthz`)).ok);
      backMs.push(performance.now() - started - queuedMs(pelton.pid));
      target.url = pelton.url;
    }
    await flow.end();
    const { admin } = await warehouse.project(project?.id ?? '');
    const all = sql`SELECT message_id AS id FROM events FINAL`;
    // What the spool still holds from the warehouse's absence arrives by itself.
    const found = await waitFor(async () => {
      const rows = await admin.rows<{ id: string }>(all);
      return rows.length >= flow.acknowledged.size ? rows : undefined;
    });
    expect(new Set(found.map(({ id }) => id))).toEqual(flow.acknowledged);
    expect(found.length).toBe(flow.acknowledged.size);
    expect(flow.acknowledged.size).toBeGreaterThanOrEqual(KILLS * BETWEEN);
    // The median: a single start may meet the start of another test.
    expect(backMs.sort((a, b) => a - b)[KILLS / 2]).toBeLessThanOrEqual(BACK_MS);
  } finally {
    await pelton.stop();
    await warehouse.close();
    await services.stop();
    removeDataDir(dataDir);
    removeDataDir(pelton.dataDir);
  }
});
