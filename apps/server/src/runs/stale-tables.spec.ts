import { describe, expect, test } from 'vitest';
import { runOfTable, staleTables, type TablesOwner } from './stale-tables.js';

const A = 'a'.repeat(20);
const B = 'b'.repeat(20);
const run = (_id: string, state: TablesOwner['state'], steps: TablesOwner['steps']): TablesOwner => ({
  _id,
  state,
  steps,
});
const none = () => false;
const all = () => true;

test('a table says the run in whose name it was made', () => {
  expect(runOfTable(`stage_${A}_sum_1_rows`)).toBe(A);
  expect(runOfTable('stage_of_mine')).toBeUndefined();
});

describe('tables that nobody needs', () => {
  test('are all those of a run that is over and not kept', () => {
    const tables = [`stage_${A}_sum_1_rows`, `stage_${A}_send_kept_rows`, `stage_${B}_sum_1_rows`, 'events'];
    const runs = [run(A, 'done', [{ id: 'sum', state: 'done', attempt: 1 }])];
    expect(staleTables(tables, runs, none)).toEqual([`stage_${A}_sum_1_rows`, `stage_${A}_send_kept_rows`]);
  });

  test('are none of a run that goes on', () => {
    const runs = [run(A, 'running', [{ id: 'sum', state: 'running', attempt: 2 }])];
    expect(staleTables([`stage_${A}_sum_1_rows`, `stage_${A}_sum_2_rows`], runs, none)).toEqual([]);
  });

  test('are those of attempts that died or failed, also in a run that is kept', () => {
    const runs = [
      run(A, 'failed', [
        { id: 'sum', state: 'done', attempt: 3 },
        { id: 'send', state: 'failed', attempt: 1 },
      ]),
    ];
    const tables = [1, 2, 3].map((attempt) => `stage_${A}_sum_${attempt}_rows`);
    const sent = [`stage_${A}_send_1_rows`, `stage_${A}_send_kept_rows`];
    expect(staleTables([...tables, ...sent], runs, all)).toEqual([...tables.slice(0, 2), `stage_${A}_send_1_rows`]);
  });

  test('are not the rows with which a run that is kept was called', () => {
    expect(staleTables([`stage_${A}_call_0_rows`], [run(A, 'done', [])], all)).toEqual([]);
  });

  test('are not the rows that a trigger brought to a run that is kept, which going on reads again', () => {
    const [rows, attempt] = [`stage_${A}_trigger`, `stage_${A}_trigger_1_rows`];
    const failed = run(A, 'failed', [{ id: 'trigger', state: 'failed', attempt: 1 }]);
    expect(staleTables([rows, attempt], [failed], all)).toEqual([attempt]);
    expect(staleTables([rows, attempt], [failed], none)).toEqual([rows, attempt]);
  });

  test('are not those of a step whose name begins as another’s', () => {
    const steps = [
      { id: 'sum', state: 'failed', attempt: 4 },
      { id: 'sum_1', state: 'done', attempt: 2 },
    ];
    expect(staleTables([`stage_${A}_sum_1_2_rows`], [run(A, 'failed', steps)], all)).toEqual([]);
  });
});
