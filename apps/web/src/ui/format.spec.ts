import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatDuration,
  formatInstant,
  formatNumber,
  formatPercent,
  formatRelative,
  formatUnit,
} from './format';

describe('numbers', () => {
  test('have thousands by locale and a real minus', () => {
    expect(formatNumber(-397884, 'en')).toBe('\u2212397,884');
    expect(formatNumber(10363.824, 'ko')).toBe('10,363.82');
  });

  test('percent follows a thin gap in English only', () => {
    expect(formatPercent(0.155, 'en')).toBe('15.5\u202f%');
    expect(formatPercent(0.155, 'zh')).toBe('15.5%');
  });

  test('a currency sign goes before the number and after the minus, a word behind', () => {
    expect(formatUnit(-1216.5, '£', 'en')).toBe('\u2212£1,216.5');
    expect(formatUnit(42, 'orders', 'en')).toBe('42 orders');
    expect(formatUnit(0.069, '%', 'en')).toBe('6.9\u202f%');
  });

  test('durations and sizes pick a unit', () => {
    expect([40, 900, 5400, 68_000, 240_000, 4_020_000].map((ms) => formatDuration(ms, 'en'))).toEqual([
      '40 ms',
      '0.9 s',
      '5.4 s',
      '68 s',
      '4 min',
      '1 h 7 min',
    ]);
    expect([0, 999, 1500, 2_400_000].map((bytes) => formatBytes(bytes, 'en'))).toEqual([
      '0 B',
      '999 B',
      '1.5 kB',
      '2.4 MB',
    ]);
  });
});

describe('instants', () => {
  test('are told in the zone of the project', () => {
    const instant = '2026-11-20T23:30:00Z';
    expect(formatInstant(instant, 'date', 'en', 'UTC')).toBe('20 Nov 2026');
    expect(formatInstant(instant, 'dateTime', 'en', 'Asia/Seoul')).toBe('21 Nov, 08:30');
  });

  test('relative ones count in the largest unit that fits', () => {
    const now = Date.parse('2026-11-20T12:00:00Z');
    expect(formatRelative('2026-11-20T11:59:50Z', now, 'en')).toBe('now');
    expect(formatRelative('2026-11-20T11:55:00Z', now, 'en')).toBe('5 min. ago');
    expect(formatRelative('2026-11-18T12:00:00Z', now, 'en')).toBe('2 days ago');
  });
});
