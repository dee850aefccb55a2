import { expect, test } from 'vitest';
import { formatPeriod } from './format-period';

/** Which kind of gap stands around a dash changes with the version of Node. */
const plain = (text: string) => text.replaceAll(/\s/g, ' ');
const london = { locale: 'en', timezone: 'Europe/London' };

test.each([
  ['2026-11-07T00:00:00Z', 'day', 'tick', '7 Nov'],
  ['2026-11-07T00:00:00Z', 'day', 'title', '7 Nov 2026'],
  ['2026-11-09T00:00:00Z', 'week', 'title', '9 – 15 Nov 2026'],
  ['2026-10-19T23:00:00Z', 'week', 'tick', '20 Oct'],
  ['2026-10-31T23:00:00Z', 'month', 'title', 'October 2026'],
  ['2026-11-01T00:00:00Z', 'month', 'tick', 'Nov'],
  ['2026-11-01T00:00:00Z', 'month', 'first', 'Nov 2026'],
  ['2027-01-01T00:00:00Z', 'month', 'tick', 'Jan 2027'],
] as const)('%s as %s %s', (period, grain, style, words) => {
  expect(plain(formatPeriod(period, grain, style, london))).toBe(words);
});

test('a week over the change of the clock keeps its seven days', () => {
  expect(plain(formatPeriod('2026-10-18T23:00:00Z', 'week', 'title', london))).toBe('19 – 25 Oct 2026');
});

test('Korean and Chinese write periods their own way', () => {
  expect(formatPeriod('2026-11-01T00:00:00Z', 'month', 'title', { locale: 'ko', timezone: 'UTC' })).toBe('2026년 11월');
  expect(formatPeriod('2026-11-01T00:00:00Z', 'month', 'tick', { locale: 'zh', timezone: 'UTC' })).toBe('11月');
});
