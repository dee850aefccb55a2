import { expect, test } from 'vitest';
import { beginningOf } from './read-topic.js';

const extent = { partition: 2, low: 100n, end: 200n };

test('a partition that was never read begins where it begins', () => {
  expect(beginningOf(extent)).toEqual({ from: 100n });
});

test.each(['100', '150', '200'])('reading goes on at %s, which is there', (next) => {
  expect(beginningOf(extent, next)).toEqual({ from: BigInt(next) });
});

test('messages that were deleted before they were read are told of', () => {
  const warning = 'Partition 2 begins at 100: messages from 40 on were deleted before they were read';
  expect(beginningOf(extent, '40')).toEqual({ from: 100n, warning });
});

test('a topic that was made anew is read from its beginning', () => {
  const { from, warning } = beginningOf(extent, '201');
  expect(from).toBe(100n);
  expect(warning).toContain('Partition 2 ends at 200, before 201');
});
