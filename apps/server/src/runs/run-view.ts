import type { Run, RunSummary } from '@pelton/contract';
import type { RunDoc } from './run.schema.js';

/** A run without what was frozen at its start. */
type Progress = Pick<RunDoc, Exclude<keyof RunDoc, 'graph' | 'definitions'>>;

/** A run as people and programs see it. */
export function toRun(run: RunDoc): Run {
  return {
    ...common(run),
    graph: run.graph,
    steps: run.steps.map(({ worker: _worker, leaseUntil: _lease, startedAt, finishedAt, ...step }) => ({
      ...step,
      error: step.error ?? null,
      startedAt: startedAt ? new Date(startedAt).toISOString() : null,
      finishedAt: finishedAt ? new Date(finishedAt).toISOString() : null,
    })),
  };
}

/** A run as a line of a list. */
export function toSummary(run: Progress): RunSummary {
  const failed = run.steps.filter((step) => step.state === 'failed').map((step) => step.title);
  return {
    ...common(run),
    steps: { total: run.steps.length, done: run.steps.filter((step) => step.state === 'done').length, failed },
  };
}

function common(run: Progress) {
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
