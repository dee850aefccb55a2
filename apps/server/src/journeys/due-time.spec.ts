import { describe, expect, test } from 'vitest';
import { after, isOpen, localInstant, nextOpening, nextTimeOfDay } from './due-time.js';

const at = (iso: string) => new Date(iso);

describe('until', () => {
  test('a duration: days are 24 hours', () => {
    expect(after(at('2026-03-28T12:00:00Z'), 3, 'days')).toEqual(at('2026-03-31T12:00:00Z'));
    expect(after(at('2026-03-28T12:00:00Z'), 90, 'minutes')).toEqual(at('2026-03-28T13:30:00Z'));
    expect(after(at('2026-03-28T12:00:00Z'), 1, 'weeks')).toEqual(at('2026-04-04T12:00:00Z'));
  });

  // Thursday, 26 November 2026; Seoul is nine hours ahead of UTC.
  test.each([
    ['09:00', 'every day', '2026-11-26T01:00:00Z', '2026-11-27T00:00:00Z'],
    ['09:00', 'every day', '2026-11-25T23:59:00Z', '2026-11-26T00:00:00Z'],
    ['09:00', 'every day', '2026-11-26T00:00:00Z', '2026-11-27T00:00:00Z'],
    ['09:00', 'Monday to Friday', '2026-11-27T01:00:00Z', '2026-11-30T00:00:00Z'],
    ['23:30', 'Sunday', '2026-11-26T01:00:00Z', '2026-11-29T14:30:00Z'],
  ] as const)('%s on %s in Seoul, after %s', (time, days, start, due) => {
    expect(nextTimeOfDay(time, days, 'Asia/Seoul', at(start))).toEqual(at(due));
  });

  test('a time that clocks skip comes at the first moment after', () => {
    expect(nextTimeOfDay('01:30', 'every day', 'Europe/London', at('2026-03-28T12:00:00Z'))).toEqual(
      at('2026-03-29T01:00:00Z'),
    );
  });

  test.each([
    ['01:30', 'Europe/London'], // skipped on 26 March 2028, twice on 29 October 2028
    ['02:30', 'America/New_York'], // skipped on 12 March 2028
    ['00:00', 'America/Havana'], // midnight is skipped on 12 March 2028
    ['09:00', 'Asia/Seoul'],
  ])('%s in %s comes once on each of 400 days, with 29 February and both changes of the clock', (time, timezone) => {
    const days: string[] = [];
    let now = at('2027-11-01T12:00:00Z');
    for (let day = 0; day < 400; day++) {
      const due = nextTimeOfDay(time, 'every day', timezone, now);
      expect(due.getTime()).toBeGreaterThan(now.getTime());
      days.push(due.toLocaleDateString('en-CA', { timeZone: timezone }));
      now = due;
    }
    expect(new Set(days).size).toBe(400);
    expect(Date.parse(days.at(-1) ?? '') - Date.parse(days[0] ?? '')).toBe(399 * 86_400_000);
  });

  test('a date of the zone', () => {
    expect(localInstant('2026-12-24 09:00', 'Asia/Seoul', 'date')).toEqual(at('2026-12-24T00:00:00Z'));
    expect(localInstant('2026-07-01T09:00', 'Europe/London', 'date')).toEqual(at('2026-07-01T08:00:00Z'));
    expect(localInstant('2001-01-01', 'UTC', 'date')).toEqual(at('2001-01-01T00:00:00Z'));
    for (const wrong of ['', 'soon', '2026-13-01 09:00', '2026-12-24 25:00'])
      expect(() => localInstant(wrong, 'UTC', 'date')).toThrow(
        'date: Write a date and a time, such as 2026-12-24 09:00',
      );
  });
});

describe('hours', () => {
  const office = { from: '09:00', to: '18:00', days: 'Monday to Friday', timezone: 'Asia/Seoul' } as const;

  test.each([
    ['2026-11-26T00:00:00Z', true],
    ['2026-11-26T08:59:59Z', true],
    ['2026-11-26T09:00:00Z', false],
    ['2026-11-25T23:59:00Z', false],
    ['2026-11-28T01:00:00Z', false],
  ])('of the day: open at %s is %s', (instant, open) => {
    expect(isOpen(office, at(instant))).toBe(open);
  });

  const night = { from: '22:00', to: '06:00', days: 'Friday', timezone: 'UTC' } as const;
  test.each([
    ['2026-11-27T22:00:00Z', true],
    ['2026-11-28T05:59:00Z', true],
    ['2026-11-28T06:00:00Z', false],
    ['2026-11-27T05:00:00Z', false],
    ['2026-11-28T22:00:00Z', false],
  ])('over midnight belong to the day on which they begin: open at %s is %s', (instant, open) => {
    expect(isOpen(night, at(instant))).toBe(open);
  });

  test('that end as they begin are whole days', () => {
    const sundays = { from: '00:00', to: '00:00', days: 'Sunday', timezone: 'UTC' } as const;
    expect(isOpen(sundays, at('2026-11-29T23:59:00Z'))).toBe(true);
    expect(isOpen(sundays, at('2026-11-30T00:00:00Z'))).toBe(false);
    expect(nextOpening({ ...sundays, from: '10:00', to: '10:00' }, at('2026-11-26T00:00:00Z'))).toEqual(
      at('2026-11-29T00:00:00Z'),
    );
  });

  test.each([
    ['09:00', '18:00', 'Europe/London', []],
    ['22:00', '06:00', 'America/New_York', []],
    ['01:00', '01:30', 'Europe/London', ['2028-03-26T01:00:00.000Z']], // there are no such hours on that day
  ])('from %s to %s in %s open once on each of 400 days', (from, to, timezone, butFor) => {
    const hours = { from, to, days: 'every day', timezone } as const;
    const closed: string[] = [];
    const days = new Set<string>();
    let now = at('2027-11-01T12:00:00Z');
    for (let day = 0; day < 400; day++) {
      now = nextOpening(hours, now);
      days.add(now.toLocaleDateString('en-CA', { timeZone: timezone }));
      if (!isOpen(hours, now)) closed.push(now.toISOString());
    }
    expect([days.size, closed]).toEqual([400, butFor]);
  });

  test('begin next on a day that is one of theirs', () => {
    expect(nextOpening(office, at('2026-11-27T10:00:00Z'))).toEqual(at('2026-11-30T00:00:00Z'));
  });
});
