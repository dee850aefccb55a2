import { setTimeout as pause } from 'node:timers/promises';
import type {
  DeliveryCounts,
  EventName,
  ExperimentResults,
  MetricValues,
  Project,
  Run,
  TagMembers,
} from '@pelton/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { type MailSink, startMailSink } from '../support/mail-sink.js';
import { newDataDir, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { defineShop, SHOP_AS_OF, SHOP_STEPS, shopExport } from '../support/shop-export.js';

const ROWS = 60_000;

let sink: MailSink;
let dataDir: string;
let pelton: Pelton;
let undisturbed: Awaited<ReturnType<typeof results>>;

beforeAll(async () => {
  sink = await startMailSink();
  dataDir = newDataDir();
  pelton = await startPelton({ dataDir });
  const api = await project('Undisturbed');
  const run = await api.run('shop', { asOf: SHOP_AS_OF });
  expect(run.state).toBe('done');
  undisturbed = await results(api, run);
});
afterAll(async () => {
  await pelton.stop();
  await sink.close();
  removeDataDir(dataDir);
});

/** A new project with the shop's pipeline published, and nothing run. */
async function project(title: string): Promise<Api> {
  const api = await Api.signIn(pelton.url);
  const { id } = await api.post<Project>('/api/projects', { title });
  await api.put('/api/session/project', { projectId: id });
  await api.upload({ name: 'orders.csv', content: shopExport(ROWS) });
  await defineShop(api, sink.port);
  await api.publish('shop', SHOP_STEPS);
  return api;
}

/** All that a run leaves in a project, but for ids and times of its own. */
async function results(api: Api, run: Run) {
  const revenue = await api.get<MetricValues>(`/api/metrics/revenue/values?asOf=${SHOP_AS_OF}`);
  const members = await api.get<TagMembers>('/api/tags/lapsed/members?limit=1000');
  const experiment = await api.get<ExperimentResults>(`/api/experiments/winback/results?asOf=${SHOP_AS_OF}`);
  const events = await api.get<EventName[]>('/api/events/names');
  return {
    steps: run.steps.map(({ id, state, rows }) => ({ id, state, rows })),
    revenue:
      revenue.kind === 'series' &&
      revenue.points.map(({ period, value, users }) => ({ period, value: value?.toFixed(2), users })),
    members: members.members.map(({ userId, evidence, enteredAt }) => `${userId} ${enteredAt} ${evidence}`).sort(),
    arms: experiment.arms.map(({ variation, users }) => ({ variation, users })),
    events: events.filter((event) => event.event !== 'Message Sent').map(({ event, users }) => ({ event, users })),
  };
}

/** Starts a run, kills Pelton when a step has begun, starts it again and waits for the run to end by itself. */
async function killAt(api: Api, stepId: string): Promise<{ api: Api; run: Run }> {
  const { id } = await api.post<Run>('/api/pipelines/shop/runs', { asOf: SHOP_AS_OF });
  let state = 'waiting';
  while (state === 'waiting') {
    await pause(5);
    const run = await api.get<Run>(`/api/runs/${id}`);
    state = run.steps.find((step) => step.id === stepId)?.state ?? '';
  }
  await pelton.kill();
  const killedAt = Date.now();
  pelton = await startPelton({ dataDir });
  const session = await Api.signIn(pelton.url);
  const projects = await session.get<Project[]>('/api/projects');
  await session.put('/api/session/project', { projectId: projects.at(-1)?.id });
  const run = await session.finished(id);
  expect(Date.parse(run.finishedAt ?? '')).toBeGreaterThan(killedAt);
  return { api: session, run };
}

describe('kill -9 of the whole server in the middle of a run', () => {
  test.each(['orders', 'people', 'events', 'lapsed', 'test'])(
    'at %s: the next start ends the run as an undisturbed one ends',
    async (stepId) => {
      const { api, run } = await killAt(await project(`Killed at ${stepId}`), stepId);
      expect(run.state).toBe('done');
      expect(await results(api, run)).toEqual(undisturbed);
    },
  );

  test('while mails leave: nobody gets two, and every accepted mail has one end', async () => {
    const before = sink.mails.length;
    const { api, run } = await killAt(await project('Killed at mail'), 'mail');
    const received = sink.mails.slice(before);
    expect(run.state).toBe('done');
    expect(new Set(received.map((mail) => mail.to?.[0]?.address)).size).toBe(received.length);
    const treatment = undisturbed.arms.find((arm) => arm.variation === 'treatment')?.users ?? 0;
    const counts = await api.get<DeliveryCounts>('/api/messages/winback-mail/counts');
    expect(counts.sent + counts.uncertain + counts.failed + counts.suppressed).toBe(treatment);
    expect(counts.accepted).toBe(0);
    expect(received.length).toBeGreaterThanOrEqual(counts.sent);
    expect(received.length).toBeLessThanOrEqual(counts.sent + counts.uncertain);
  });
});
