import { isAppError } from '@pelton/contract';
import { describe, expect, test } from 'vitest';
import { periodsOf } from './backfill-periods.js';

const NOW = new Date('2026-11-20T12:00:00Z');

function ends(
  input: { from: string; to: string; every?: 'day' | 'week' | 'month' },
  timezone: string,
  now = NOW,
): string[] {
  return periodsOf({ every: 'day', ...input }, timezone, now).map(({ to }) => to.toISOString());
}

function refusal(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    return isAppError(error) ? error.code : String(error);
  }
  return undefined;
}

describe('a period ends at midnight of the project’s zone', () => {
  test('a day on which clocks go forward has 23 hours, one on which they go back 25', () => {
    expect(ends({ from: '2026-03-28', to: '2026-03-30' }, 'Europe/London')).toEqual([
      '2026-03-29T00:00:00.000Z',
      '2026-03-29T23:00:00.000Z',
      '2026-03-30T23:00:00.000Z',
    ]);
    expect(ends({ from: '2025-10-25', to: '2025-10-27' }, 'Europe/London')).toEqual([
      '2025-10-25T23:00:00.000Z',
      '2025-10-27T00:00:00.000Z',
      '2025-10-28T00:00:00.000Z',
    ]);
  });

  test('a midnight that clocks skip is the first moment after, one that they repeat is the first of both', () => {
    // Beirut skips 00:00 of 31 March 2024; Havana repeats 00:00 of 3 November 2024.
    expect(ends({ from: '2024-03-30', to: '2024-03-30' }, 'Asia/Beirut')).toEqual(['2024-03-30T22:00:00.000Z']);
    expect(ends({ from: '2024-11-02', to: '2024-11-03' }, 'America/Havana')).toEqual([
      '2024-11-03T04:00:00.000Z',
      '2024-11-04T05:00:00.000Z',
    ]);
  });

  test.each(['Europe/London', 'America/Havana', 'Asia/Seoul'])(
    'over 400 days of %s, with 29 February and both changes of the clock, each begins where the one before ends',
    (timezone) => {
      const input = { from: '2023-11-01', to: '2024-12-04', every: 'day' } as const;
      const periods = periodsOf(input, timezone, NOW);
      expect(periods).toHaveLength(400);
      expect(periods.slice(1).map(({ from }) => from)).toEqual(periods.slice(0, -1).map(({ to }) => to));
      const days = periods.map(({ from }) => from.toLocaleDateString('en-CA', { timeZone: timezone }));
      expect([new Set(days).size, days[0], days.at(-1)]).toEqual([400, input.from, input.to]);
    },
  );

  test('at the far ends of the date line', () => {
    expect(ends({ from: '2026-01-05', to: '2026-01-05' }, 'Pacific/Kiritimati')).toEqual(['2026-01-05T10:00:00.000Z']);
    expect(ends({ from: '2026-01-05', to: '2026-01-05' }, 'Pacific/Pago_Pago')).toEqual(['2026-01-06T11:00:00.000Z']);
  });

  test('a day that the zone left out has no period', () => {
    // Apia had no 30 December 2011.
    expect(ends({ from: '2011-12-29', to: '2011-12-31' }, 'Pacific/Apia')).toEqual([
      '2011-12-30T10:00:00.000Z',
      '2011-12-31T10:00:00.000Z',
    ]);
  });

  test('months end with their last day, in summer time and out of it', () => {
    expect(ends({ from: '2026-01-01', to: '2026-04-30', every: 'month' }, 'Europe/Berlin')).toEqual([
      '2026-01-31T23:00:00.000Z',
      '2026-02-28T23:00:00.000Z',
      '2026-03-31T22:00:00.000Z',
      '2026-04-30T22:00:00.000Z',
    ]);
  });

  test('weeks end before Monday', () => {
    expect(ends({ from: '2026-03-23', to: '2026-04-05', every: 'week' }, 'Europe/Berlin')).toEqual([
      '2026-03-29T22:00:00.000Z',
      '2026-04-05T22:00:00.000Z',
    ]);
  });
});

describe('what is not over is not run', () => {
  test('the day that still goes on in the zone is left out', () => {
    expect(ends({ from: '2026-11-18', to: '9999-12-31' }, 'Asia/Seoul')).toEqual([
      '2026-11-18T15:00:00.000Z',
      '2026-11-19T15:00:00.000Z',
    ]);
  });

  test('days that hold no whole period are refused', () => {
    expect(refusal(() => ends({ from: '2026-11-21', to: '2026-11-30' }, 'UTC'))).toBe('BACKFILL_EMPTY');
    expect(refusal(() => ends({ from: '2026-03-02', to: '2026-03-30', every: 'month' }, 'UTC'))).toBe('BACKFILL_EMPTY');
    expect(refusal(() => ends({ from: '2026-03-30', to: '2026-03-02' }, 'UTC'))).toBe('BACKFILL_EMPTY');
  });

  test('more than a thousand are refused', () => {
    expect(ends({ from: '2024-01-01', to: '2026-09-26' }, 'UTC')).toHaveLength(1_000);
    expect(refusal(() => ends({ from: '2024-01-01', to: '2026-09-27' }, 'UTC'))).toBe('BACKFILL_TOO_LONG');
  });
});
