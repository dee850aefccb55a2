import { expect, test } from 'vitest';
import { formatParts, formatValue } from './format-value';

const pounds = { unit: '£', locale: 'en' };
const share = { unit: '%', locale: 'en' };

test.each([
  [1216271.6, pounds, 'full', '£1,216,272'],
  [493.816, pounds, 'full', '£493.82'],
  [-57.18, pounds, 'change', '−£57.18'],
  [17.52, pounds, 'change', '+£17.52'],
  [1200000, pounds, 'axis', '£1.2\u202fM'],
  [400000, pounds, 'axis', '£400\u202fk'],
  [0, pounds, 'axis', '£0'],
  [0.3182, share, 'full', '31.8\u202f%'],
  [0.3, share, 'axis', '30\u202f%'],
  [0.085, share, 'change', '+8.5\u202fpts'],
  [-0.172, share, 'change', '−17.2\u202fpts'],
  [1.6149, { unit: '', locale: 'en' }, 'full', '1.61'],
  [0.0982, { unit: '', locale: 'en' }, 'full', '0.098'],
  [1527, { unit: 'customers', locale: 'en' }, 'full', '1,527 customers'],
  [1, { unit: 'orders', locale: 'en' }, 'full', '1 order'],
  [0, { unit: 'orders', locale: 'en' }, 'change', '0 orders'],
  [null, pounds, 'full', '–'],
] as const)('%s is written for its unit and place', (value, format, style, words) => {
  expect(formatValue(value, format, style)).toBe(words);
});

test('Korean and Chinese put no gap before the per cent sign and count by ten thousands', () => {
  expect(formatValue(0.318, { unit: '%', locale: 'ko' })).toBe('31.8%');
  expect(formatValue(1200000, { unit: '£', locale: 'zh' }, 'axis')).toBe('£120万');
});

test('a unit in words stands apart from its number, a sign does not', () => {
  expect(formatParts(1527, { unit: 'customers', locale: 'en' })).toEqual({ number: '1,527', unit: 'customers' });
  expect(formatParts(0.5, share)).toEqual({ number: '50.0\u202f%', unit: '' });
  expect(formatParts(null, { unit: 'customers', locale: 'en' })).toEqual({ number: '–', unit: '' });
});
