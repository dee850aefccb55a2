import type { Api } from '../support/api.js';

/** Milliseconds from asking for a run to its end; not until somebody happens to look. */
export async function runTime(api: Api, pipeline: string, options?: { asOf?: string }): Promise<number> {
  const asked = Date.now();
  const run = await api.run(pipeline, options);
  const failed = run.steps.find(({ state }) => state === 'failed');
  if (run.state !== 'done') throw new Error(`The run is ${run.state}: ${failed?.error?.message}`);
  return Date.parse(run.finishedAt ?? '') - asked;
}
