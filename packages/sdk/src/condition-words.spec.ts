import type { Condition } from '@pelton/contract';
import { expect, test } from 'vitest';
import { describeCondition } from './condition-words.js';

test.each<[Condition['rules'], string]>([
  [[], ''],
  [[{ field: 'country', operator: '=', value: 'France' }], 'country is France'],
  [[{ field: 'coupon', operator: '!=', value: '' }], 'coupon is not empty'],
  [[{ field: 'coupon', operator: 'null' }], 'coupon is empty'],
  [[{ field: 'price', operator: 'between', value: [5, 10] }], 'price is between 5 and 10'],
  [[{ field: 'size', operator: 'notIn', value: ['S', 'M'] }], 'size is none of S, M'],
  [
    [{ field: 'due', operator: 'during', value: { kind: 'last', count: 30, unit: 'day' } }],
    'due is in the last 30 days',
  ],
  [
    [{ field: 'due', operator: 'notDuring', value: { kind: 'next', count: 1, unit: 'hour' } }],
    'due is not in the next 1 hour',
  ],
  [
    [{ field: 'due', operator: 'during', value: { kind: 'before', count: 2, unit: 'week' } }],
    'due is more than 2 weeks ago',
  ],
  [
    [{ field: 'due', operator: 'during', value: { kind: 'after', count: 3, unit: 'day' } }],
    'due is more than 3 days ahead',
  ],
  [[{ field: 'due', operator: 'during', value: { kind: 'this', unit: 'day' } }], 'due is today'],
  [[{ field: 'due', operator: 'during', value: { kind: 'previous', unit: 'month' } }], 'due is in the month before'],
  [
    [
      { field: 'gift', operator: '=', value: true },
      {
        combinator: 'or',
        rules: [
          { field: 'price', operator: '>', value: 10 },
          { field: 'vip', operator: '=', value: true },
        ],
      },
    ],
    'gift is true and (price is more than 10 or vip is true)',
  ],
  [
    [{ combinator: 'or', not: true, rules: [{ field: 'country', operator: 'in', value: ['FR', 'DE'] }] }],
    'not (country is one of FR, DE)',
  ],
  [[{ combinator: 'and', rules: [] }], ''],
])('%j', (rules, words) => {
  expect(describeCondition({ combinator: 'and', rules })).toBe(words);
});
