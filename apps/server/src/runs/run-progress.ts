import type { RunState } from '@pelton/contract';
import type { RunDoc, StepRunDoc } from './run.schema.js';

/** What of a run decides what happens next. */
export type Standing = Pick<RunDoc, 'state' | 'waits' | 'handles'> & {
  steps: Pick<StepRunDoc, 'id' | 'uses' | 'state' | 'waiting' | 'retry' | 'readThrough'>[];
};

type Verdict = 'go' | 'wait' | 'never';

/** What may happen next in a run. */
export interface Next {
  /** Steps that wait for nothing any more. */
  ready: string[];
  /** Steps that will never run, because of what those before them came to. */
  skipped: string[];
  /** How the run ends; undefined while a step is left. */
  end: Extract<RunState, 'done' | 'failed'> | undefined;
}

/**
 * Decides what may happen next. A step that was skipped is seen by those after it when it is asked again.
 * @param takesWhoArrives of a kind of step: it goes on with some of its inputs when nothing comes to the others in this run
 */
export function nextOf(run: Standing, now: Date, takesWhoArrives: (uses: string) => boolean): Next {
  const steps = new Map(run.steps.map((step) => [step.id, step]));
  const acting = run.steps.filter((step) => !step.readThrough); // the others end with the steps that read them
  const waiting = acting.filter((step) => step.state === 'waiting');
  const verdicts = waiting.map((step) => {
    const handled = run.handles?.[step.id] ?? [];
    const before = (run.waits[step.id] ?? []).map((id) => verdictOf(steps.get(id), handled.includes(id)));
    const takesAny = takesWhoArrives(step.uses) && !hasFailedBefore(run, step.id);
    return { step, verdict: takesAny ? verdictOfAny(before) : verdictOfAll(before) };
  });
  const skipped = verdicts.filter(({ verdict }) => verdict === 'never').map(({ step }) => step.id);
  const ready = verdicts.filter(({ step, verdict }) => verdict === 'go' && isDue(step, now));
  const isLeft = acting.some((step) => step.state === 'waiting' || step.state === 'running');
  return { ready: ready.map(({ step }) => step.id), skipped, end: isLeft ? undefined : endOf(run) };
}

/**
 * What is left of a run when some steps of it are done too, as far as it was known when the last of them was claimed.
 * @returns the step that follows, where one may start that nobody tried yet; and whether none is left
 */
export function leftAfter(
  run: Omit<Standing, 'steps'> & { steps: (Standing['steps'][number] & Pick<StepRunDoc, 'attempt' | 'deaths'>)[] },
  done: readonly Pick<StepRunDoc, 'id' | 'waiting'>[],
  takesWhoArrives: (uses: string) => boolean,
): { follower: string | undefined; isLast: boolean } {
  const ends = new Map(done.map((step) => [step.id, { ...step, state: 'done' as const }]));
  const steps = run.steps.map((step) => ({ ...step, ...ends.get(step.id) }));
  const { ready, skipped } = nextOf({ ...run, steps }, new Date(), takesWhoArrives);
  const follower = steps.find(({ id, attempt }) => id === ready[0] && attempt === 0)?.id;
  // A step at which a process died may be alone in this one, which is not for those after it.
  const isAlone = steps.some(({ id, deaths = 0 }) => ends.has(id) && deaths > 0);
  const isLast = steps.every(({ state }) => state === 'done');
  return { follower: skipped.length > 0 || isAlone ? undefined : follower, isLast };
}

function verdictOfAll(before: readonly Verdict[]): Verdict {
  if (before.includes('never')) return 'never';
  return before.includes('wait') ? 'wait' : 'go';
}

function verdictOfAny(before: readonly Verdict[]): Verdict {
  if (before.includes('wait')) return 'wait';
  return before.includes('go') || before.length === 0 ? 'go' : 'never';
}

/** Whether something before a step failed, near or far, and nobody took its error. */
function hasFailedBefore(run: Standing, stepId: string): boolean {
  return (run.waits[stepId] ?? []).some((id) => {
    const state = run.steps.find((step) => step.id === id)?.state;
    return state === 'cancelled' || (state === 'failed' && !isHandled(run, id)) || hasFailedBefore(run, id);
  });
}

/** Whether a failed step's error goes on to a step of the run. */
export function isHandled(run: Pick<RunDoc, 'handles'>, stepId: string): boolean {
  return Object.values(run.handles ?? {}).some((ids) => ids.includes(stepId));
}

/**
 * A step that is wired to an error waits for the failure, every other one for the success. From a step at which users wait
 * nothing comes in this run.
 */
function verdictOf(step: Standing['steps'][number] | undefined, isOfError: boolean): Verdict {
  switch (step?.state) {
    case 'waiting':
    case 'running':
      return 'wait';
    case 'done':
      return isOfError || step.waiting !== undefined ? 'never' : 'go';
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
