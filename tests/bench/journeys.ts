import type { RunSummary } from '@pelton/contract';
import { bind, sql } from '@pelton/sdk';
import type { WarehouseClient } from '@pelton/warehouse';
import { waitFor } from '../support/wait-for.js';
import { type Figures, measure, median, round } from './figures.js';
import { serverPeakMb } from './server-memory.js';
import { openWorkbench } from './workbench.js';

const WAITING = 1_000_000;
const A_MINUTE = 10_000;
const TURNS = 9;
const MOST_SECONDS = 2;

/**
 * Seconds from the start of a turn until the run of those who go on is started, while a million users wait and ten thousand a
 * minute go on; beside it the bare SQL that marks as many users and keeps them as a table.
 */
export async function journeys(): Promise<Figures> {
  const { api, warehouse, close } = await openWorkbench();
  try {
    await api.publish('journey', [
      { id: 'users', uses: 'core/sql', with: { query: "SELECT 'first' AS user_id" } },
      { id: 'wait', uses: 'core/wait', inputs: { users: 'users' }, with: { amount: 1, unit: 'weeks' } },
      { id: 'pass', uses: 'core/merge', inputs: { first: 'wait' } },
    ]);
    await api.run('journey');
    await fill(warehouse);
    const memory = [serverPeakMb()];
    const runs = await waitFor(() => released(), { mostMs: 300_000, what: 'users who go on' });
    memory.push(serverPeakMb());
    await api.put('/api/pipelines/journey/waiting/hold', { isHeld: true });
    const baseline: number[] = [];
    for (let turn = 0; turn < TURNS; turn += 1) baseline.push((await measure(() => bareTurn(warehouse, turn))) / 1000);
    // A run looks back from the start of its turn.
    const ours = median(runs.map((run) => (Date.parse(run.startedAt) - Date.parse(run.asOf)) / 1000));
    return {
      unit: 's a turn',
      ours: round(ours),
      baseline: round(median(baseline)),
      ratio: round(ours / median(baseline)),
      waiting: WAITING,
      aMinute: A_MINUTE,
      serverPeakMb: memory,
      bar: `<= ${MOST_SECONDS} s a turn`,
      met: ours <= MOST_SECONDS,
    };
  } finally {
    await close();
  }

  async function released(): Promise<RunSummary[] | undefined> {
    const runs = await api.get<RunSummary[]>('/api/runs?pipeline=journey&limit=100');
    const ofWaits = runs.filter(({ cause, state }) => cause.kind === 'wait' && state === 'done');
    return ofWaits.length >= TURNS ? ofWaits.slice(0, TURNS) : undefined;
  }
}

/** A million more like the one who waits, of whom so many are due each minute from now on. */
async function fill(warehouse: WarehouseClient): Promise<void> {
  const dueAt = sql`now64(3, 'UTC') + toIntervalMillisecond(intDiv(number * 60000, ${bind('UInt32', A_MINUTE)}))`;
  const name = sql`concat('user-', toString(number))`;
  const row = sql`toJSONString(map('user_id', ${name}))`;
  await warehouse.run(
    sql`INSERT INTO waiting_users SELECT pipeline, step_id, ${dueAt}, ${name}, key, run_id, version, entered_at, event, condition, columns, ${row}, state, port, released_by, fence FROM (SELECT * FROM waiting_users LIMIT 1) AS one CROSS JOIN numbers(${bind('UInt32', WAITING)}) AS many`,
  );
}

/** The users of five seconds: found, marked, kept as a table, counted. */
async function bareTurn(warehouse: WarehouseClient, turn: number): Promise<void> {
  const ahead = bind('UInt32', 60 + turn * 5);
  const due = sql`FROM waiting_users FINAL WHERE pipeline = 'journey' AND step_id = 'wait' AND state = 'waiting' AND due_at <= now64(3, 'UTC') + toIntervalSecond(${ahead})`;
  const run = sql`concat('bare-', toString(${bind('UInt32', turn)}))`;
  await warehouse.rows(sql`SELECT count() AS users ${due}`);
  await warehouse.run(
    sql`INSERT INTO waiting_users SELECT * REPLACE ('released' AS state, ${run} AS released_by, ${bind('UInt64', 1_000_000)} AS fence) ${due}`,
  );
  await warehouse.run(
    sql`CREATE OR REPLACE TABLE bare ENGINE = MergeTree ORDER BY tuple() AS SELECT JSONExtract(row, 'Tuple(user_id String)') AS cells FROM waiting_users FINAL WHERE released_by = ${run}`,
  );
  await warehouse.rows(sql`SELECT count() AS users FROM bare`);
}
