import type { MissedPolicy } from '@pelton/contract';
import { describe, expect, test } from 'vitest';
import { nextTime, nextTimes, takeDue, type Timetable } from './schedule.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const iso = (time: Date | null) => time?.toISOString();
const at = (text: string) => new Date(text);

test('a time is of the schedule’s own zone', () => {
  const from = at('2026-01-10T00:00:00Z');
  expect(iso(nextTime({ cron: '0 6 * * *', timezone: 'Asia/Seoul' }, from))).toBe('2026-01-10T21:00:00.000Z');
  expect(iso(nextTime({ cron: '0 6 * * 1-5', timezone: 'UTC' }, from))).toBe('2026-01-12T06:00:00.000Z'); // the 10th is a Saturday
});

test('no day is left out or done twice over 400 days with both changes of the clock', () => {
  const schedule = { cron: '30 1 * * *', timezone: 'Europe/London' }; // 01:30 is skipped in March and repeated in October
  const times = nextTimes(schedule, at('2026-01-01T00:00:00Z'), 400);
  const days = times.map((time) => time.toLocaleDateString('en-CA', { timeZone: schedule.timezone }));
  expect(new Set(days).size).toBe(400);
  expect(days.at(-1)).toBe('2027-02-04');
});

test('what is not a schedule is refused with its reason', () => {
  for (const cron of ['every day', '61 * * * *', '* * * *', '* * * * * *'])
    expect(() => nextTime({ cron, timezone: 'UTC' }, new Date())).toThrow(`“${cron}” is not a schedule`);
});

describe('a missed time', () => {
  const due = at('2026-01-01T06:00:00Z');
  const take = (missed: MissedPolicy, late: number) => {
    const { times, nextAt } = takeDue(daily(missed), due, new Date(due.getTime() + late));
    return { times: times.map((time) => time.toISOString().slice(5, 10)), next: iso(nextAt)?.slice(5, 10) };
  };

  test('is not one within a minute, nor before it has come', () => {
    for (const missed of ['skip', 'run-once', 'run-each'] as const) {
      expect(take(missed, 5_000)).toEqual({ times: ['01-01'], next: '01-02' });
      expect(take(missed, -HOUR)).toEqual({ times: [], next: '01-01' });
    }
  });

  test('is skipped, run once for all, or each run, by the schedule', () => {
    expect(take('skip', 3 * DAY + HOUR)).toEqual({ times: [], next: '01-05' });
    expect(take('run-once', 3 * DAY + HOUR)).toEqual({ times: ['01-01'], next: '01-05' });
    expect(take('run-each', 3 * DAY + HOUR)).toEqual({ times: ['01-01', '01-02', '01-03', '01-04'], next: '01-05' });
  });

  test('is one of the last thousand when each is run', () => {
    const often: Timetable = { cron: '* * * * *', timezone: 'UTC', missed: 'run-each' };
    const { times, nextAt } = takeDue(often, due, new Date(due.getTime() + 2 * DAY));
    expect([times.length, iso(times[0] ?? null), iso(nextAt)]).toEqual([
      1_000,
      '2026-01-02T13:21:00.000Z',
      '2026-01-03T06:01:00.000Z',
    ]);
  });
});

describe('over 400 days from 2027-11-01, with 29 February and both changes of the clock', () => {
  const start = at('2027-11-01T00:00:00Z');
  const straight = (elapsed: number) => elapsed;
  // An hour ahead for a day in every ten, and an hour behind for another: the clock jumps 160 times.
  const jumping = (elapsed: number) => {
    const day = Math.floor(elapsed / DAY) % 10;
    return elapsed + (day === 3 ? HOUR : day === 7 ? -HOUR : 0);
  };

  test.each([
    ['0 6 * * *', 'Europe/London', 400],
    ['30 1 * * *', 'Europe/London', 400], // skipped on 2028-03-26, twice on 2028-10-29
    ['30 2 * * *', 'America/New_York', 400], // skipped on 2028-03-12
    ['0 12 29 2 *', 'UTC', 1],
    ['0 0 1 * *', 'Asia/Seoul', 13], // 1 November 2027 began the day before in Seoul
    ['0 9 * * 1', 'Australia/Sydney', 57],
  ])('%s in %s fires %i times, each its own', (cron, timezone, count) => {
    for (const clock of [straight, jumping]) {
      const fired = simulate({ cron, timezone, missed: 'run-each' }, { start, days: 400, clock });
      expect(fired).toHaveLength(count);
      expect(new Set(fired).size).toBe(count);
    }
  });

  test.each(['2028-03-25', '2028-10-28'])('a quarter is a quarter where clocks change, from %s on', (day) => {
    const from = at(`${day}T00:00:00Z`);
    const quarterly: Timetable = { cron: '*/15 * * * *', timezone: 'Europe/London', missed: 'run-once' };
    expect(simulate(quarterly, { start: from, days: 3, clock: straight })).toHaveLength(3 * 96 - 1); // all but the first
  });

  test('an hour put back makes no time run again, an hour put forward none be lost', () => {
    const often: Timetable = { cron: '30 */12 * * *', timezone: 'UTC', missed: 'run-each' };
    const fired = simulate(often, { start, days: 400, clock: jumping });
    const expected = nextTimes(often, start, 400 * 2).map((time) => time.toISOString());
    expect(fired).toEqual(expected);
  });
});

function daily(missed: MissedPolicy): Timetable {
  return { cron: '0 6 * * *', timezone: 'UTC', missed };
}

/** Looks every five minutes of a clock that may lie, as the server does. */
function simulate(
  timetable: Timetable,
  { start, days, clock }: { start: Date; days: number; clock: (elapsed: number) => number },
): string[] {
  const fired: string[] = [];
  let nextAt = nextTime(timetable, start);
  for (let elapsed = 0; elapsed < days * DAY; elapsed += 5 * MINUTE) {
    const now = new Date(start.getTime() + clock(elapsed));
    if (!nextAt || nextAt > now) continue;
    const due = takeDue(timetable, nextAt, now);
    fired.push(...due.times.map((time) => time.toISOString()));
    nextAt = due.nextAt;
  }
  return fired;
}
