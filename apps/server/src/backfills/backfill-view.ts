import {
  type Backfill,
  type BackfillPeriod,
  type BackfillState,
  type BackfillSummary,
  isRunOver,
  type RunState,
} from '@pelton/contract';
import { idFrom } from '../common/ids.js';
import type { BackfillDoc, PeriodDoc } from './backfill.schema.js';

/** The states of runs by their id. */
export type RunStates = ReadonlyMap<string, RunState>;

/** The id of the run of a period, which is the same whoever asks, however often. */
export function runIdOf({ _id }: Pick<BackfillDoc, '_id'>, { to }: PeriodDoc): string {
  return idFrom(_id, 'backfill', to.toISOString());
}

/** The states of all runs of a back-fill: those that are there, and how those ended that are not kept any more. */
export function withEnds(backfill: Pick<BackfillDoc, '_id' | 'periods'>, runs: RunStates): RunStates {
  const ended = backfill.periods.flatMap((period) =>
    period.ended ? [[runIdOf(backfill, period), period.ended] as const] : [],
  );
  return new Map([...ended, ...runs]);
}

/** The periods to start a run for now: the oldest without one, as many as may go on besides those that do. */
export function dueOf(backfill: Pick<BackfillDoc, '_id' | 'periods' | 'parallel'>, runs: RunStates): PeriodDoc[] {
  const going = [...runs.values()].filter((state) => !isRunOver({ state })).length;
  const waiting = backfill.periods.filter((period) => !period.isSkipped && !runs.has(runIdOf(backfill, period)));
  return waiting.slice(0, Math.max(0, backfill.parallel - going));
}

/** Whether each period has a run that is over. */
export function isThrough(backfill: Pick<BackfillDoc, '_id' | 'periods'>, runs: RunStates): boolean {
  return backfill.periods.every((period) => {
    const state = runs.get(runIdOf(backfill, period));
    return period.isSkipped === true || (state !== undefined && isRunOver({ state }));
  });
}

export function toBackfill(doc: BackfillDoc, kept: RunStates): Backfill {
  const runs = withEnds(doc, kept);
  const periods = doc.periods.map((period): BackfillPeriod => {
    const id = runIdOf(doc, period);
    const run = runs.get(id);
    const [from, to] = [period.from.toISOString(), period.to.toISOString()];
    return { from, to, state: stateOf(doc, period, run), run: kept.has(id) ? id : null };
  });
  const { _id, pipeline, version, every, parallel, again, startedBy } = doc;
  const counts = countsOf(periods);
  return {
    ...{ id: _id, pipeline, version, from: doc.from, to: doc.to, every, parallel, again, counts, periods, startedBy },
    state: overall(doc, counts),
    error: doc.error ?? null,
    startedAt: doc.startedAt.toISOString(),
    finishedAt: doc.finishedAt?.toISOString() ?? null,
  };
}

export function toSummary(doc: BackfillDoc, runs: RunStates): BackfillSummary {
  const { periods: _, ...summary } = toBackfill(doc, runs);
  return summary;
}

function stateOf({ state }: BackfillDoc, period: PeriodDoc, run: RunState | undefined): BackfillPeriod['state'] {
  if (period.isSkipped) return 'skipped';
  switch (run) {
    case undefined:
      return state === 'running' ? 'waiting' : 'cancelled';
    case 'queued':
    case 'running':
    case 'paused':
      return 'running';
    case 'done':
    case 'failed':
    case 'cancelled':
      return run;
    case 'skipped':
      return 'cancelled';
  }
}

function countsOf(periods: readonly BackfillPeriod[]): BackfillSummary['counts'] {
  const counts = { waiting: 0, running: 0, done: 0, failed: 0, cancelled: 0, skipped: 0, total: periods.length };
  for (const { state } of periods) counts[state]++;
  return counts;
}

/** A failed run that somebody continued may be done after the back-fill is over. */
function overall({ state, error }: BackfillDoc, counts: BackfillSummary['counts']): BackfillState {
  if (state !== 'over') return state;
  return error !== undefined || counts.failed > 0 ? 'failed' : 'done';
}
