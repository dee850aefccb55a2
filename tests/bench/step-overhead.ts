import type { StepInput } from '../support/api.js';
import { type Figures, measure, median, round } from './figures.js';
import { openWorkbench } from './workbench.js';

const STEPS = 10;
const ROUNDS = 7;
const MOST_MS = 12;

/** Milliseconds that a step costs above its bare SQL, in a pipeline of ten trivial steps, one after the other. */
export async function stepOverhead(): Promise<Figures> {
  const { api, warehouse, close } = await openWorkbench();
  try {
    await api.upload({ name: 'one.csv', content: 'a,b\n1,2\n' });
    await api.post('/api/connections', {
      name: 'files',
      title: 'Files',
      kind: 'connector',
      uses: 'file',
      config: { source: 'uploads' },
    });
    const steps: StepInput[] = [{ id: 's0', uses: 'file/read', with: { connection: 'files', stream: 'one.csv' } }];
    for (let index = 1; index < STEPS; index += 1) {
      const condition = { combinator: 'and', rules: [{ field: 'a', operator: '>', value: -index }] };
      steps.push({ id: `s${index}`, uses: 'core/filter', inputs: { rows: `s${index - 1}` }, with: { condition } });
    }
    await api.publish('trivial', steps);

    const warm = await api.run('trivial');
    const statements = warm.steps.map((step) => `SELECT count() FROM (${step.sql})`);
    const ours: number[] = [];
    const baseline: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const run = await api.run('trivial');
      ours.push(Date.parse(run.finishedAt ?? '') - Date.parse(run.startedAt));
      baseline.push(
        await measure(async () => {
          for (const statement of statements) await warehouse.rows({ parts: [statement] });
        }),
      );
    }
    const overhead = (median(ours) - median(baseline)) / STEPS;
    return {
      unit: 'ms a step',
      ours: round(median(ours) / STEPS),
      baseline: round(median(baseline) / STEPS),
      ratio: round(median(ours) / median(baseline)),
      overhead: round(overhead),
      bar: `overhead <= ${MOST_MS} ms a step on the embedded queue`,
      met: overhead <= MOST_MS,
    };
  } finally {
    await close();
  }
}
