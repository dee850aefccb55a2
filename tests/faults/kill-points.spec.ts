import { createHash, randomBytes } from 'node:crypto';
import type { EventName, Run, RunSummary, Sample } from '@pelton/contract';
import { type Services, startServices } from '@pelton/embedded';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api, type StepInput } from '../support/api.js';
import { failAt } from '../support/fail-at.js';
import { newDataDir, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { connectUploads, uploadRows } from '../support/sending.js';
import { sharedUrls } from '../support/shared-urls.js';

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
const ROWS = 200;
const POINTS = [
  ...['before claim', 'after input read', 'mid-insert', 'after insert', 'before publish', 'after publish'],
  'before ack',
];
const dataDir = newDataDir();
const secret = randomBytes(32).toString('base64');

let services: Services;
let pelton: Pelton;
let api: Api;
let undisturbed: Left;

/** A server on the services of this file, which outlive it; once twenty runs are under way it dies at a point. */
async function start(round: number): Promise<void> {
  const point = POINTS[round];
  const armed = point ? failAt(point, { after: 5 + round, runs: SEEDS.length }) : {};
  pelton = await startPelton({ dataDir, env: { ...sharedUrls(services), PELTON_SECRET_KEY: secret, ...armed } });
  api = await Api.signIn(pelton.url);
}

beforeAll(async () => {
  services = await startServices({ dataDir });
  await start(POINTS.length);
  await connectUploads(api);
  await Promise.all(SEEDS.map((seed) => upload(seed, POINTS.length)));
  for (const seed of SEEDS) await api.publish(`seed-${seed}`, stepsOf(seed));
  const runs = await Promise.all(SEEDS.map((seed) => api.post<Run>(`/api/pipelines/seed-${seed}/runs`)));
  undisturbed = await leftBy(runs, POINTS.length);
  expect(undisturbed.events).toHaveLength(SEEDS.length);
  await pelton.kill();
  await start(0);
}, 120_000);
afterAll(async () => {
  await pelton.stop();
  await services.stop();
  removeDataDir(dataDir);
});

/** Rows that are the same for a seed, but for whose they are: those of another round are other people's. */
async function upload(seed: number, round: number): Promise<void> {
  const lines = Array.from({ length: ROWS }, (_, index) => {
    const hash = createHash('md5').update(`${seed} ${index}`).digest();
    const at = new Date(Date.UTC(2026, 0, 1) + (hash.readUInt32LE(0) % (90 * 86_400)) * 1_000).toISOString();
    return `r${round}-u${hash.readUInt8(4)},${at},${hash.readUInt16LE(5)}`;
  });
  await uploadRows(api, `seed-${seed}.csv`, ['who,at,amount', ...lines]);
}

function stepsOf(seed: number): StepInput[] {
  const stored = { event: `Seed ${seed}`, userId: 'who', timestamp: 'at' };
  const last = { name: 'last', measure: 'most', column: 'timestamp' };
  return [
    { id: 'rows', uses: 'file/read', with: { connection: 'uploads', stream: `seed-${seed}.csv` } },
    { id: 'stored', uses: 'core/to-events', inputs: { rows: 'rows' }, with: stored },
    {
      id: 'summed',
      uses: 'core/aggregate',
      inputs: { rows: 'stored' },
      with: { measures: [{ name: 'events', measure: 'count', column: '' }, last] },
    },
  ];
}

/** What the runs of a round left: their steps' numbers and rows, and of the events that they stored number, people and digest. */
interface Left {
  runs: object[];
  events: unknown[][];
}

async function leftBy(begun: readonly Pick<Run, 'id'>[], round: number): Promise<Left> {
  const ended = await Promise.all(begun.map(({ id }) => api.ended(id)));
  const runs = ended.map(async ({ id, pipeline, state, steps }) => {
    const [summed] = await api.get<Sample[]>(`/api/runs/${id}/steps/summed/samples`);
    const each = steps.map((step) => ({ id: step.id, state: step.state, rows: step.rows, error: step.error }));
    return { pipeline, state, steps: each, summed: summed?.rows };
  });
  const known = (await Promise.all(runs)).sort((one, other) => one.pipeline.localeCompare(other.pipeline));
  return { runs: known, events: await eventsOf(round) };
}

/** As somebody reads them who writes SQL: event, number, people and digest. */
async function eventsOf(round: number): Promise<unknown[][]> {
  const digest = `sum(cityHash64(splitByChar('-', user_id)[2], toString(timestamp), toString(properties.amount)))`;
  const query = `SELECT event, count(), uniqExact(user_id), ${digest} FROM events WHERE startsWith(user_id, 'r${round}-') GROUP BY event ORDER BY event`;
  await api.draft(`audit-${round}`, [{ id: 'audit', uses: 'core/sql', with: { query } }]);
  const { id } = await api.run(`audit-${round}`, { draft: true });
  const [audit] = await api.get<Sample[]>(`/api/runs/${id}/steps/audit/samples`);
  return audit?.rows ?? [];
}

/** How many people readers see in each seed's events, all rounds together. */
async function peopleSeen(): Promise<Map<string, number>> {
  const names = await api.get<EventName[]>('/api/events/names');
  return new Map(names.map(({ event, users }) => [event, users]));
}

describe('kill -9 with twenty runs under way', () => {
  test.each(POINTS.map((point, round) => ({ point, round })))(
    '$point: each ends as if nothing had been, and readers see all of its events or none',
    async ({ round }) => {
      await Promise.all(SEEDS.map((seed) => upload(seed, round)));
      const before = await peopleSeen();
      await Promise.allSettled(SEEDS.map((seed) => api.post(`/api/pipelines/seed-${seed}/runs`)));
      await pelton.ended;
      await start(round + 1);
      const begun = await api.get<RunSummary[]>(`/api/runs?limit=${SEEDS.length}`);
      const after = await peopleSeen();
      for (const [event, , people] of undisturbed.events)
        expect([0, people]).toContain((after.get(String(event)) ?? 0) - (before.get(String(event)) ?? 0));
      expect(await leftBy(begun, round)).toEqual(undisturbed);
    },
  );
});
