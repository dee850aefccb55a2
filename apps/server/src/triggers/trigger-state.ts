import { isDeepStrictEqual } from 'node:util';
import type { Trigger, TriggerStatus } from '@pelton/contract';
import { nextTime } from '../schedules/schedule.js';

/** How the trigger of a live version stands; a part of its pipeline's document. */
export interface TriggerState {
  trigger: Trigger;
  isPaused: boolean;
  /** Nothing before this starts a run. */
  armedAt: Date;
  /** When a clock has to look; null when nothing but a call or another run starts this pipeline. */
  nextAt: Date | null;
  lastAt: Date | null;
  error: string | null;
  /** Events that were received until then were looked at, and the batch whose run has not been started yet. */
  event?: { takenTo: Date; batch?: EventBatch };
  alert?: { isOver: boolean; value: number | null; lookedAt: Date };
}

/** Events that were taken together, in a table of the run that gets them. */
export interface EventBatch {
  runId: string;
  takenTo: Date;
}

/**
 * What changes of a pipeline's document when a version goes live. A trigger that is the same goes on where it is, and so
 * does the place among events when another condition is published; anything else begins now. What a clock writes
 * meanwhile is left alone.
 * @throws SCHEDULE_WRONG
 */
export function armed(
  trigger: Trigger | undefined,
  before: TriggerState | null | undefined,
  now: Date,
): Record<string, unknown> {
  if (!trigger) return { trigger: null };
  if (isDeepStrictEqual(before?.trigger, trigger)) return {};
  const isSameStream =
    before?.trigger.kind === 'event' && trigger.kind === 'event' && before.trigger.event === trigger.event;
  if (isSameStream) return { 'trigger.trigger': trigger, 'trigger.nextAt': now, 'trigger.error': null };
  return { trigger: { ...begin(trigger, now), isPaused: before?.isPaused ?? false, lastAt: before?.lastAt ?? null } };
}

/** A trigger from now on: what happened before starts nothing. @throws SCHEDULE_WRONG */
export function begin(trigger: Trigger, now: Date): TriggerState {
  return {
    trigger,
    isPaused: false,
    armedAt: now,
    nextAt: firstLook(trigger, now),
    lastAt: null,
    error: null,
    ...(trigger.kind === 'event' && { event: { takenTo: now } }),
  };
}

export function firstLook(trigger: Trigger, now: Date): Date | null {
  switch (trigger.kind) {
    case 'schedule':
      return nextTime(trigger, now);
    case 'alert':
      return nextTime(trigger.look, now);
    case 'event':
      return now;
    case 'webhook':
    case 'after':
      return null;
  }
}

export function toStatus(state: TriggerState | null | undefined): TriggerStatus | null {
  if (!state) return null;
  const { trigger, isPaused, nextAt, lastAt, alert, error } = state;
  const isTold = !isPaused && (trigger.kind === 'schedule' || trigger.kind === 'alert');
  return {
    trigger,
    isPaused,
    nextAt: isTold ? (nextAt?.toISOString() ?? null) : null,
    lastAt: lastAt?.toISOString() ?? null,
    alert: alert ? { ...alert, lookedAt: alert.lookedAt.toISOString() } : null,
    error,
  };
}
