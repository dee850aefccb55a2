import { setTimeout as pause } from 'node:timers/promises';
import type { Run } from '@pelton/contract';
import type { Api } from './api.js';
import type { ExitCode } from './main.js';

const LOOK_EVERY_MS = 500;
/** A run that is in none of these states goes on by itself. */
const ENDS = new Set<string>(['done', 'failed', 'cancelled']);

interface Options {
  pipeline: string;
  draft: boolean;
  asOf: string | undefined;
  wait: boolean;
}

/** Starts a run; with `wait` follows it to its end and tells what came of each step. */
export async function runPipeline(api: Api, { pipeline, draft, asOf, wait }: Options): Promise<ExitCode> {
  const path = `/api/pipelines/${encodeURIComponent(pipeline)}/runs`;
  const started = await api.post<Run>(path, { draft, ...(asOf && { asOf }) });
  console.log(`Run ${started.id} of ${pipeline} started`);
  if (!wait) return 0;
  const run = await untilOver(api, started);
  for (const { title, state, foot, rows, error } of run.steps)
    console.log(`${state.padEnd(9)} ${title}: ${error?.message ?? foot ?? countOf(rows)}`);
  console.log(`Run ${run.id} is ${run.state}`);
  return run.state === 'done' ? 0 : 1;
}

async function untilOver(api: Api, started: Run): Promise<Run> {
  let run = started;
  while (!ENDS.has(run.state)) {
    // oxlint-disable-next-line no-await-in-loop -- it is looked at again and again
    await pause(LOOK_EVERY_MS);
    // oxlint-disable-next-line no-await-in-loop
    run = await api.get<Run>(`/api/runs/${encodeURIComponent(started.id)}`);
  }
  return run;
}

function countOf(rows: Record<string, number>): string {
  return Object.entries(rows)
    .map(([port, count]) => `${count} ${port}`)
    .join(', ');
}
