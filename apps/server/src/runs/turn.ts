import { RunSettings } from '@pelton/contract';
import type { Launch } from './launch.js';

/** How a run goes beside others of its pipeline, as the settings were when it was asked for. */
export type Turn = Pick<RunSettings, 'atOnce' | 'whenBusy'>;

const TRIGGERED = RunSettings.parse({});
const PRIORITIES = { high: 1, normal: 5, low: 10 } as const satisfies Record<RunSettings['priority'], number>;
/** After all that is not history. */
const BACKFILL_PRIORITY = 20;

/**
 * Whether a run waits for its turn. A part, a dry run and a run by hand of a pipeline without settings never do; nor does a
 * back-fill, which keeps a measure of its own, or users who go on after a wait.
 */
export function turnOf(launch: Launch, settings: RunSettings | undefined): Turn | undefined {
  const { kind } = launch.cause;
  if (isTrial(launch) || launch.part || kind === 'backfill' || kind === 'wait') return undefined;
  if (kind === 'manual' && !settings) return undefined;
  const { atOnce, whenBusy } = settings ?? TRIGGERED;
  return { atOnce, whenBusy };
}

/** Steps of a run with a higher number wait for those with a lower one, and all of them for runs without a number. */
export function priorityOf(launch: Launch, settings: RunSettings | undefined): { priority?: number } {
  if (launch.priority) return { priority: launch.priority };
  if (launch.cause.kind === 'backfill') return { priority: BACKFILL_PRIORITY };
  if (launch.cause.kind === 'manual' && !settings) return {};
  return { priority: PRIORITIES[(settings ?? TRIGGERED).priority] };
}

/** Whether the end of the run starts pipelines that come after this one. */
export function isTold(launch: Launch): boolean {
  return !isTrial(launch) && !launch.part && launch.cause.kind !== 'backfill' && launch.cause.kind !== 'wait';
}

function isTrial({ draft, dry }: Launch): boolean {
  return draft === true || dry === true;
}
