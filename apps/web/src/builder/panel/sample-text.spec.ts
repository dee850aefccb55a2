import type { Column } from '@pelton/contract';
import { expect, test } from 'vitest';
import { columnWidthPx, sampleTexts } from './sample-text';

const writer = {
  number: (value: number) => value.toLocaleString('en'),
  day: (instant: string) => instant.slice(0, 10),
  time: (instant: string) => instant.slice(11, 16),
  yesNo: (value: boolean) => (value ? 'yes' : 'no'),
};
const column = (family: Column['family'], name = 'a'): Column => ({ name, type: 'X', family, nullable: true });

test('midnights alone are days, one other time brings all times', () => {
  const texts = (...values: string[]) => sampleTexts(column('time'), values, writer);
  expect(texts('2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z')).toEqual(['2026-11-01', '2026-12-01']);
  expect(texts('2026-11-01T00:00:00Z', '2026-12-01T12:04:00Z')).toEqual(['2026-11-01 00:00', '2026-12-01 12:04']);
});

test('a number that does not fit into JavaScript is left as it came', () => {
  expect(sampleTexts(column('number'), [1234, '5', '18446744073709551615', null], writer)).toEqual([
    '1,234',
    '5',
    '18446744073709551615',
    '–',
  ]);
});

test('a sentence is read whole, a document only begun', () => {
  expect(columnWidthPx(column('text'), ['GB'])).toBe(112);
  expect(columnWidthPx(column('text'), ['3 orders, last 30 March 2026, none since'])).toBe(300);
  expect(columnWidthPx(column('json'), ['x'.repeat(500)])).toBe(240);
});
