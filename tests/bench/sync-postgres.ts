import { sql } from '@pelton/sdk';
import { type SourcePostgres, startPostgres } from '../support/source-postgres.js';
import { addSync, connect, runSync } from '../support/syncing.js';
import { type Figures, measure, median, round } from './figures.js';
import { serverPeakMb } from './server-memory.js';
import { openWorkbench, type Workbench } from './workbench.js';

const ROWS = 1_000_000;
const ROUNDS = 3;
const MOST_RATIO = 1.3;
const LEAST_STREAMED = 60_000;
const MOST_MB = 400;

/** A million rows of PostgreSQL in a dataset: a sync's pushdown against the same INSERT … SELECT, and rows streamed. */
export async function syncPostgres(): Promise<Figures> {
  const [bench, source] = await Promise.all([openWorkbench(), startPostgres()]);
  try {
    await fill(source);
    await connect(bench.api, { name: 'shop', uses: 'postgres', config: source.config, secrets: source.secrets });
    await addSync(bench.api, { name: 'orders', connection: 'shop', stream: { stream: 'orders' } });
    const ours: number[] = [];
    const baseline: number[] = [];
    for (let turn = 0; turn < ROUNDS; turn += 1) {
      baseline.push(await measure(() => copyByHand(bench, source)));
      ours.push(await sync(bench, 'pushdown'));
    }
    // The warehouse would read times by the role's zone, so rows come through Pelton.
    await source.client.query(`ALTER ROLE ${source.config.user} SET TimeZone = 'Asia/Seoul'`);
    const streamed: number[] = [];
    for (let turn = 0; turn < ROUNDS; turn += 1) streamed.push(await sync(bench, 'streamed'));
    const ratio = median(ours) / median(baseline);
    const rowsPerSecond = ROWS / (median(streamed) / 1_000);
    const memoryMb = serverPeakMb();
    return {
      unit: 'ms',
      ours: round(median(ours)),
      baseline: round(median(baseline)),
      ratio: round(ratio),
      streamedRowsPerSecond: Math.round(rowsPerSecond),
      memoryMb,
      bar: `ratio <= ${MOST_RATIO}, streamed >= ${LEAST_STREAMED} rows/s, memory <= ${MOST_MB} MB`,
      met: ratio <= MOST_RATIO && rowsPerSecond >= LEAST_STREAMED && memoryMb <= MOST_MB,
    };
  } finally {
    await bench.close();
    await source.stop();
  }
}

async function fill({ client }: SourcePostgres): Promise<void> {
  await client.query(
    `CREATE TABLE orders (id bigint PRIMARY KEY, customer text NOT NULL, state text, amount numeric(12,2), at timestamptz NOT NULL)`,
  );
  await client.query(`INSERT INTO orders
    SELECT i, 'customer ' || i % 5000, CASE WHEN i % 3 = 0 THEN 'paid' END, i / 100.0, '2024-01-01'::timestamptz + i * interval '1 second'
    FROM generate_series(1, ${ROWS}) i`);
  await client.query('ANALYZE orders');
}

/** Milliseconds from the begin of the run to its end. */
async function sync({ api, warehouse }: Workbench, way: string): Promise<number> {
  const run = await runSync(api, 'orders');
  if (run.state !== 'done' || run.way !== way)
    throw new Error(`The sync is ${run.state} by ${run.way}: ${run.error?.message}`);
  const { rows } = await warehouse.row<{ rows: number }>(sql`SELECT count() AS rows FROM dataset_orders`);
  if (rows !== ROWS) throw new Error(`The dataset has ${rows} rows`);
  return Date.parse(run.finishedAt ?? '') - Date.parse(run.startedAt ?? '');
}

async function copyByHand({ warehouse }: Workbench, { config, secrets }: SourcePostgres): Promise<void> {
  const table = sql`postgresql(${`${config.host}:${config.port}`}, ${config.database}, 'orders', ${config.user}, ${secrets.password}, 'public')`;
  await warehouse.run(sql`DROP TABLE IF EXISTS by_hand SYNC`);
  await warehouse.run(
    sql`CREATE TABLE by_hand (id Int64, customer String, state Nullable(String), amount Nullable(Decimal(12, 2)), at Nullable(DateTime64(6, 'UTC'))) ENGINE = MergeTree ORDER BY tuple()`,
  );
  await warehouse.run(sql`INSERT INTO by_hand SELECT * FROM ${table}`);
}
