import { setTimeout as pause } from 'node:timers/promises';
import type { DeliveryCounts, ExperimentResults, Run } from '@pelton/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { type MailSink, startMailSink } from '../support/mail-sink.js';
import { newDataDir, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { defineShop, SHOP_AS_OF, SHOP_STEPS, shopExport } from '../support/shop-export.js';

const ROWS = 60_000;

let sink: MailSink;
let dataDir: string;
let pelton: Pelton;

beforeAll(async () => {
  sink = await startMailSink();
  dataDir = newDataDir();
  pelton = await startPelton({ dataDir });
});
afterAll(async () => {
  await pelton.stop();
  await sink.close();
  removeDataDir(dataDir);
});

/** Starts a run of the shop's pipeline, and kills Pelton with all of its services when a step has begun. */
async function killAt(stepId: string): Promise<string> {
  const api = await Api.signIn(pelton.url);
  await api.upload({ name: 'orders.csv', content: shopExport(ROWS) });
  await defineShop(api, sink.port);
  await api.publish('shop', SHOP_STEPS);
  const { id } = await api.post<Run>('/api/pipelines/shop/runs', { asOf: SHOP_AS_OF });
  let state = 'waiting';
  while (state === 'waiting') {
    await pause(5);
    const run = await api.get<Run>(`/api/runs/${id}`);
    state = run.steps.find((step) => step.id === stepId)?.state ?? '';
  }
  await pelton.kill();
  return id;
}

// Runs that are killed at all other points are in kill-points.spec.ts.
test('kill -9 while mails leave: nobody gets two, and every accepted mail has one end', async () => {
  const id = await killAt('mail');
  const killedAt = Date.now();
  pelton = await startPelton({ dataDir });
  const api = await Api.signIn(pelton.url);
  const run = await api.finished(id);
  expect(run.state).toBe('done');
  expect(Date.parse(run.finishedAt ?? '')).toBeGreaterThan(killedAt);

  const received = sink.mails;
  expect(new Set(received.map((mail) => mail.to?.[0]?.address)).size).toBe(received.length);
  const experiment = await api.get<ExperimentResults>(`/api/experiments/winback/results?asOf=${SHOP_AS_OF}`);
  const treatment = experiment.arms.find((arm) => arm.variation === 'treatment')?.users ?? 0;
  expect(treatment).toBeGreaterThan(0);
  const counts = await api.get<DeliveryCounts>('/api/messages/winback-mail/counts');
  expect(counts.sent + counts.uncertain + counts.failed + counts.suppressed).toBe(treatment);
  expect(counts.accepted).toBe(0);
  expect(received.length).toBeGreaterThanOrEqual(counts.sent);
  expect(received.length).toBeLessThanOrEqual(counts.sent + counts.uncertain);
});
