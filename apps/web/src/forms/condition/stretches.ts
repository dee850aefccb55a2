import type { RelativeTime } from '@pelton/contract';

/** The stretches of time that a form offers: those with a number first, then those of the calendar. */
export const STRETCHES = [
  'last',
  'next',
  'before',
  'after',
  'this-day',
  'previous-day',
  'this-week',
  'previous-week',
  'this-month',
  'previous-month',
  'this-year',
  'previous-year',
] as const;
export type Stretch = (typeof STRETCHES)[number] | 'this-hour' | 'previous-hour';

export function keyOf(value: RelativeTime): Stretch {
  return 'count' in value ? value.kind : `${value.kind}-${value.unit}`;
}

/** What was chosen; a number and a unit that were there stay. */
export function stretchOf(key: Stretch, before: RelativeTime): RelativeTime {
  if (key === 'last' || key === 'next' || key === 'before' || key === 'after') {
    const { count, unit } = 'count' in before ? before : { count: 30, unit: 'day' as const };
    return { kind: key, count, unit };
  }
  const [kind, unit] = key.split('-') as ['this' | 'previous', RelativeTime['unit']]; // as keyOf wrote it
  return { kind, unit };
}
