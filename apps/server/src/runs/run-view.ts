import type { Run, RunSummary, StepRun, StepState } from '@pelton/contract';
import { readBy } from './read-through.js';
import type { RunDoc, RunProgress, StepRunDoc } from './run.schema.js';

/** A run as people and programs see it. */
export function toRun(run: RunDoc): Run {
  const working = readBy(['running'], run);
  const steps = run.steps.map((step) => toStepRun({ ...step, state: stateOf(step, run, working) }));
  return { ...common(run), graph: run.graph, steps };
}

/** What works for a step that runs is running too; a step whose run was cancelled only has to let go. */
function stateOf({ id, state }: StepRunDoc, run: RunDoc, working: ReadonlySet<string>): StepState {
  if (state === 'running' && run.state === 'cancelled') return 'cancelled';
  return state === 'waiting' && working.has(id) ? 'running' : state;
}

/** A step run without what only the engine needs. */
export function toStepRun({
  worker: _w,
  beat: _b,
  tries: _t,
  deaths: _d,
  awaits,
  retry,
  pin,
  ...step
}: StepRunDoc): StepRun {
  const text = (instant: Date | undefined) => (instant ? new Date(instant).toISOString() : null);
  return {
    ...step,
    pinned: pin !== undefined,
    error: step.error ?? null,
    retryAt: text(awaits ? undefined : retry?.at),
    startedAt: text(step.startedAt),
    finishedAt: text(step.finishedAt),
  };
}

/** A run as a line of a list. */
export function toSummary(run: RunProgress): RunSummary {
  const failed = run.steps.filter((step) => step.state === 'failed').map((step) => step.title);
  return {
    ...common(run),
    steps: { total: run.steps.length, done: run.steps.filter((step) => step.state === 'done').length, failed },
  };
}

function common(run: RunProgress) {
  const { _id, pipeline, pipelineTitle, version, draft, asOf, state, startedBy, startedAt, finishedAt, revision } = run;
  return {
    id: _id,
    pipeline,
    pipelineTitle,
    version: version ?? null,
    draft,
    dry: draft || run.dry === true,
    cause: run.cause ?? { kind: 'manual' as const },
    asOf: asOf.toISOString(),
    state,
    startedBy,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    revision,
  };
}
