import { expect, test } from 'vitest';
import { effectText, intervalText, meanText } from './effect-text';

const share = { percent: true, unit: 'customers' };
const money = { percent: false, unit: '£' };
const orders = { percent: false, unit: 'orders' };
const join = (low: string, high: string) => `${low} to ${high}`;

test('a share is told in per cent and moves by points', () => {
  expect(meanText(0.155, share, 'en')).toBe('15.5\u202f%');
  expect(effectText(0.085, share, 'en')).toBe('+8.5\u202fpts');
  expect(intervalText([0.023, 0.148], share, 'en', join)).toBe('+2.3 to +14.8');
});

test('money keeps its sign before the currency', () => {
  expect(meanText(308.551, money, 'en')).toBe('£308.55');
  expect(effectText(-57.18, money, 'en')).toBe('−£57.18');
  expect(intervalText([-4.1, 39.14], money, 'en', join)).toBe('−£4.10 to +£39.14');
});

test('a count is a plain number, and what is not known is a dash', () => {
  expect(meanText(0.0982, orders, 'en')).toBe('0.098');
  expect(effectText(0.1, orders, 'en')).toBe('+0.1');
  expect(intervalText(null, orders, 'en', join)).toBe('–');
});
