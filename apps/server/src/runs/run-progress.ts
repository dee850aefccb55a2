import type { RunState } from '@pelton/contract';
import type { RunDoc, StepRunDoc } from './run.schema.js';

/** What of a run decides what happens next. */
export type Standing = Pick<RunDoc, 'state' | 'waits' | 'handles'> & {
  steps: Pick<StepRunDoc, 'id' | 'state' | 'retry'>[];
};

/** What may happen next in a run. */
export interface Next {
  /** Steps that wait for nothing any more. */
  ready: string[];
  /** Steps that will never run, because of what those before them came to. */
  skipped: string[];
  /** How the run ends; undefined while a step is left. */
  end: Extract<RunState, 'done' | 'failed'> | undefined;
}

/** Decides what may happen next. A step that was skipped is seen by those after it when it is asked again. */
export function nextOf(run: Standing, now: Date): Next {
  const states = new Map(run.steps.map((step) => [step.id, step.state]));
  const waiting = run.steps.filter((step) => step.state === 'waiting');
  const verdicts = waiting.map((step) => {
    const handled = run.handles?.[step.id] ?? [];
    const before = (run.waits[step.id] ?? []).map((id) => verdictOf(states.get(id), handled.includes(id)));
    return { step, before };
  });
  const skipped = verdicts.filter(({ before }) => before.includes('never')).map(({ step }) => step.id);
  const ready = verdicts.filter(({ step, before }) => before.every((each) => each === 'go') && isDue(step, now));
  const isLeft = run.steps.some((step) => step.state === 'waiting' || step.state === 'running');
  return { ready: ready.map(({ step }) => step.id), skipped, end: isLeft ? undefined : endOf(run) };
}

/** Whether a failed step's error goes on to a step of the run. */
export function isHandled(run: Pick<RunDoc, 'handles'>, stepId: string): boolean {
  return Object.values(run.handles ?? {}).some((ids) => ids.includes(stepId));
}

/** A step that is wired to an error waits for the failure, every other one for the success. */
function verdictOf(state: StepRunDoc['state'] | undefined, isOfError: boolean): 'go' | 'wait' | 'never' {
  switch (state) {
    case 'waiting':
    case 'running':
      return 'wait';
    case 'done':
      return isOfError ? 'never' : 'go';
    case 'failed':
      return isOfError ? 'go' : 'never';
    case 'skipped':
    case 'cancelled':
    case undefined:
      return 'never';
  }
}

/** A pause is never longer than it was meant to be, wherever the clock was set meanwhile. */
function isDue({ retry }: Pick<StepRunDoc, 'retry'>, now: Date): boolean {
  if (!retry) return true;
  const leftMs = new Date(retry.at).getTime() - now.getTime();
  return leftMs <= 0 || leftMs > retry.waitMs;
}

function endOf(run: Standing): 'done' | 'failed' {
  return run.steps.some((step) => step.state === 'failed' && !isHandled(run, step.id)) ? 'failed' : 'done';
}
