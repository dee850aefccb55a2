import type { Step, StepProblem } from '@pelton/contract';
import { expect, test } from 'vitest';
import { standingProblems } from './standing-problems';

const checked: Step = { id: 'orders', uses: 'file/read', with: { connection: '', stream: '' }, inputs: { rows: 'a' } };
const problem = (at: Partial<StepProblem>): StepProblem => ({ code: 'PARAM_INVALID', message: 'Choose one', ...at });
const problems = [
  problem({ field: 'connection' }),
  problem({ field: 'stream' }),
  problem({ field: 'columns.0.name' }),
  problem({ port: 'rows' }),
  problem({}),
];
const left = (now: Partial<Step>) =>
  standingProblems(problems, checked, { ...checked, ...now }).map(({ field, port }) => field ?? port);

test('says all that was found while nothing changed', () => {
  expect(left({})).toEqual(['connection', 'stream', 'columns.0.name', 'rows', undefined]);
});

test('says no more of a parameter that was filled in since, or of a part of it', () => {
  expect(left({ with: { connection: 'shop', stream: '' } })).toEqual(['stream', 'columns.0.name', 'rows', undefined]);
  expect(left({ with: { ...checked.with, columns: [{ name: 'x' }] } })).toEqual([
    'connection',
    'stream',
    'rows',
    undefined,
  ]);
});

test('says no more of an input that was connected since', () => {
  expect(left({ inputs: { rows: 'b' } })).toEqual(['connection', 'stream', 'columns.0.name', undefined]);
});
