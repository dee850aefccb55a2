import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Dataset } from '@pelton/contract';
import { sql } from '@pelton/sdk';
import type { StepInput } from '../support/api.js';
import { connect } from '../support/syncing.js';
import { type Figures, measure, median, round, settle } from './figures.js';
import { runTime } from './run-time.js';
import { openWorkbench } from './workbench.js';

const ROWS = 1_000_000;
const ROUNDS = 5;
const MOST_RATIO = 1.3;
const MOST_MS = 1_300;
const STEPS: StepInput[] = [
  { id: 'lines', uses: 'file/read', with: { connection: 'files', stream: 'lines.csv' } },
  {
    id: 'sold',
    uses: 'core/filter',
    inputs: { rows: 'lines' },
    with: { condition: { combinator: 'and', rules: [{ field: 'quantity', operator: '>', value: 0 }] } },
  },
  {
    id: 'money',
    uses: 'core/formula',
    inputs: { rows: 'sold' },
    with: { columns: [{ name: 'revenue', formula: 'quantity * price' }] },
  },
  {
    id: 'countries',
    uses: 'core/aggregate',
    inputs: { rows: 'money' },
    with: {
      groupBy: ['country'],
      measures: [
        { name: 'lines', measure: 'count' },
        { name: 'total', measure: 'sum', column: 'revenue' },
      ],
    },
  },
  { id: 'kept', uses: 'core/to-dataset', inputs: { rows: 'countries' }, with: { dataset: 'by-country' } },
];

/** A million lines of CSV through filter, formula and aggregate into a dataset, against one statement over the same file. */
export async function rowsThrough(): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'pelton-lines-'));
  const file = join(folder, 'lines.csv');
  const { api, warehouse, close } = await openWorkbench();
  try {
    await pipeline(lines, createWriteStream(file));
    await connect(api, { name: 'files', uses: 'file', config: { source: 'uploads' } });
    await api.upload(file);
    await api.publish('lines', STEPS);
    const byHand = sql`
      CREATE OR REPLACE TABLE by_hand ENGINE = MergeTree ORDER BY tuple() AS
      SELECT country, count() AS lines, sum(quantity * price) AS total
      FROM file(${file}, 'CSVWithNames') WHERE quantity > 0 GROUP BY country`;
    const ours: number[] = [];
    const baseline: number[] = [];
    for (let turn = -1; turn < ROUNDS; turn += 1) {
      if (turn === 0) ours.length = baseline.length = 0; // the first turn only warms up
      await settle();
      ours.push(await runTime(api, 'lines'));
      await settle();
      baseline.push(await measure(() => warehouse.run(byHand)));
    }
    const { rows } = await api.get<Dataset>('/api/datasets/by-country');
    const hand = await warehouse.row<{ rows: number }>(sql`SELECT count() AS rows FROM by_hand`);
    if (rows !== hand.rows || rows === 0) throw new Error(`The two sides differ: ${rows} and ${hand.rows} rows`);
    const ratio = median(ours) / median(baseline);
    return {
      unit: 'ms',
      ours: round(median(ours)),
      baseline: round(median(baseline)),
      ratio: round(ratio),
      bar: `ratio <= ${MOST_RATIO} and <= ${MOST_MS} ms for ${ROWS} rows`,
      met: ratio <= MOST_RATIO && median(ours) <= MOST_MS,
    };
  } finally {
    await close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A head and lines of about fifty characters. */
function* lines(): Generator<string> {
  yield 'invoice,product,quantity,price,country,at\n';
  const at = 10_000;
  for (let from = 0; from < ROWS; from += at)
    yield Array.from({ length: at }, (_, index) => lineOf(from + index)).join('');
}

function lineOf(number: number): string {
  const day = String((number % 28) + 1).padStart(2, '0');
  return `${100_000 + (number >> 2)},sku-${number % 3_000},${(number % 9) - 1},${(number % 500) / 10},Country ${number % 40},2026-01-${day}T10:00:00Z\n`;
}
