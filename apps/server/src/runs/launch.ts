import {
  ERROR_PORT,
  type Graph,
  parseRef,
  type Relation,
  type RunCause,
  type RunPart,
  type Step,
} from '@pelton/contract';
import type { StepOutputDoc, StepRunDoc } from './run.schema.js';

/** How a run is started, whatever starts it. */
export interface Launch {
  /** The pipeline's name. */
  pipeline: string;
  /** Who or what asks for it. */
  cause: RunCause;
  /**
   * The run's id: 20 small letters and digits. Launching the same id again starts nothing and gives the run that is there,
   * so whoever may be killed between deciding and starting picks the id first.
   */
  id?: string | undefined;
  /** Runs the draft, which stores and sends nothing. */
  draft?: boolean | undefined;
  /** Stores and sends nothing. */
  dry?: boolean | undefined;
  /** What to run instead of the draft or the live version: a version as it was published. */
  frozen?: { graph: Graph; version?: number | undefined } | undefined;
  /** ISO instant to look back from; a few seconds ago when absent. */
  asOf?: string | undefined;
  /** Steps that count as done, with the relation that each of their ports gives. */
  seeds?: Record<string, Record<string, Relation>> | undefined;
  /** The steps that take part, besides those with seeds; all when absent. A step that takes no part is not in the run. */
  only?: readonly string[] | undefined;
  /** Instead of seeds and steps: this part, over what an earlier run left before it. */
  part?: RunPart | undefined;
  /** From 1; runs with a higher number wait for those with a lower one, and all of them for runs without. */
  priority?: number | undefined;
}

/** A step that counts as done when the run starts, and what it gave. */
export interface Seeded {
  step: StepRunDoc;
  output: Pick<StepOutputDoc, 'relations' | 'samples' | 'drafted'>;
}

/** A step as it stands before anything ran. */
export function newStepRun(step: Step, title: string): StepRunDoc {
  return {
    id: step.id,
    uses: step.uses,
    title,
    state: 'waiting',
    attempt: 0,
    rowsIn: null,
    rows: {},
    foot: null,
    ms: null,
    sql: null,
    error: null,
  };
}

/** The step with all that come after it, or alone. */
export function stepsOfPart(
  waits: ReadonlyMap<string, readonly string[]>,
  { step, andAfter }: { step: string; andAfter: boolean },
): string[] {
  const part = new Set([step]);
  for (const id of andAfter ? waits.keys() : []) if (stepsBefore(waits, [id]).has(step)) part.add(id);
  return [...part];
}

/** All that come before these steps, near or far, but for themselves. */
export function stepsBefore(waits: ReadonlyMap<string, readonly string[]>, steps: readonly string[]): Set<string> {
  const before = new Set<string>();
  const pending = [...steps];
  for (let id = pending.pop(); id !== undefined; id = pending.pop())
    for (const other of waits.get(id) ?? []) {
      if (before.has(other)) continue;
      before.add(other);
      pending.push(other);
    }
  return new Set([...before].filter((id) => !steps.includes(id)));
}

/** What each step waits for among the steps of the run. */
export function waitsWithin(
  waits: ReadonlyMap<string, readonly string[]>,
  steps: ReadonlySet<string>,
): Record<string, string[]> {
  const within = [...waits].filter(([id]) => steps.has(id));
  return Object.fromEntries(within.map(([id, before]) => [id, before.filter((other) => steps.has(other))]));
}

/** Of each step that is wired to the error of others: whose. */
export function errorsTaken({ steps }: Graph): Record<string, string[]> {
  const branching = new Set(steps.filter(({ onError }) => onError === 'branch').map(({ id }) => id));
  const taken = steps.map(({ id, inputs }) => {
    const refs = Object.values(inputs).map(parseRef);
    return [id, refs.filter(({ step, port }) => port === ERROR_PORT && branching.has(step)).map(({ step }) => step)];
  });
  return Object.fromEntries(taken.filter(([, from]) => from?.length));
}

/** Ids of the runs whose tables a step's output reads. */
export function runsReadBy({ relations, drafted }: Seeded['output']): string[] {
  const queries = [...Object.values(relations).map((relation) => relation.sql), ...(drafted ? [drafted.rows] : [])];
  const text = queries.flatMap(({ parts }) => parts.filter((part) => typeof part === 'string')).join('\n');
  return [...new Set(Array.from(text.matchAll(/\bstage_([0-9a-z]{20})_/g), ([, id = '']) => id))];
}
