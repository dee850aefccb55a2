import { afterAll, beforeAll, expect, test } from 'vitest';
import { DestinationRows } from './destination-rows.js';
import type { ActionKind, StepRunContext } from './step-kind.js';
import { openTestProject, type TestProject } from './testing/test-project.js';

let project: TestProject;
beforeAll(async () => {
  project = await openTestProject();
});
afterAll(() => project.close());

/** An attempt at a step that keeps what it is to send. @returns how many rows it would send */
async function attempt(values: number[], confirm: () => Promise<void>): Promise<number | undefined> {
  const rows = await project.relation(
    'source',
    { n: 'Int64' },
    values.map((n) => ({ n })),
  );
  const kind = {
    params: { parse: () => ({}) },
    async run(context: StepRunContext) {
      const { count } = await DestinationRows.open(context, rows, rows.columns);
      return { outputs: {}, rows: { count } };
    },
  } as unknown as ActionKind<unknown>; // it is only run
  return (await project.run(kind, {}, { inputs: { rows }, confirm })).rows['count'];
}
const mine = () => Promise.resolve();

test('an attempt that lost its step keeps nothing, and the next one sends what it finds itself; later ones send the same', async () => {
  const lost = () => Promise.reject(new Error('lost'));
  await expect(attempt([1, 2, 3], lost)).rejects.toThrow('lost');
  expect(await attempt([1, 2], mine)).toBe(2);
  expect(await attempt([1, 2, 3, 4], mine)).toBe(2);
});
