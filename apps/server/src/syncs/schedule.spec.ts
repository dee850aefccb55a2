import { expect, test } from 'vitest';
import { decideDue, nextTime, nextTimes } from './schedule.js';

const iso = (time: Date | null) => time?.toISOString();

test('a time is of the schedule’s own zone', () => {
  const at = new Date('2026-01-10T00:00:00Z');
  expect(iso(nextTime({ cron: '0 6 * * *', timezone: 'Asia/Seoul' }, at))).toBe('2026-01-10T21:00:00.000Z');
  expect(iso(nextTime({ cron: '0 6 * * 1-5', timezone: 'UTC' }, at))).toBe('2026-01-12T06:00:00.000Z'); // the 10th is a Saturday
});

test('no day is left out or done twice over 400 days with both changes of the clock', () => {
  const schedule = { cron: '30 1 * * *', timezone: 'Europe/London' }; // 01:30 is skipped in March and repeated in October
  const times = nextTimes(schedule, new Date('2026-01-01T00:00:00Z'), 400);
  const days = times.map((time) => time.toLocaleDateString('en-CA', { timeZone: schedule.timezone }));
  expect(new Set(days).size).toBe(400);
  expect(days.at(-1)).toBe('2027-02-04');
});

test('what is not a schedule is refused with its reason', () => {
  for (const cron of ['every day', '61 * * * *', '* * * *', '* * * * * *'])
    expect(() => nextTime({ cron, timezone: 'UTC' }, new Date())).toThrow(`“${cron}” is not a schedule`);
});

test('a missed time is skipped or run once, by the schedule', () => {
  const due = new Date('2026-01-01T06:00:00Z');
  const later = (ms: number) => new Date(due.getTime() + ms);
  expect(decideDue({ missed: 'skip' }, due, later(5_000))).toBe('run');
  expect(decideDue({ missed: 'skip' }, due, later(3_600_000))).toBe('skip');
  expect(decideDue({ missed: 'run-once' }, due, later(3_600_000))).toBe('run');
});
