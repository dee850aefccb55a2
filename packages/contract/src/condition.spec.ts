import { expect, test } from 'vitest';
import { Condition } from './condition.js';
import { toJsonSchema } from './ui.js';

test('a nested condition is read with its defaults', () => {
  const condition = Condition.parse({
    rules: [
      { field: 'Quantity', operator: '>', value: 0 },
      { combinator: 'or', rules: [{ field: 'x', operator: 'null' }] },
    ],
  });
  expect(condition).toEqual({
    combinator: 'and',
    rules: [
      { field: 'Quantity', operator: '>', value: 0 },
      { combinator: 'or', rules: [{ field: 'x', operator: 'null' }] },
    ],
  });
});

test('an unknown key or operator is refused', () => {
  expect(Condition.safeParse({ combinator: 'and', rules: [{ field: 'x', operator: '$gt', value: 1 }] }).success).toBe(
    false,
  );
  expect(Condition.safeParse({ combinator: 'and', rules: [], $where: '1' }).success).toBe(false);
});

test('what is wrong is said of the rule that it is in, and what has another name now is told', () => {
  const reason = (rule: object) => Condition.safeParse({ rules: [{ rules: [rule] }] }).error?.issues[0]?.message;
  expect(reason({ field: 'at', operator: 'inLastDays', value: 7 })).toContain(
    'operator: “inLastDays” is “during” now, with the value {kind: last, count: 30, unit: day}',
  );
  expect(reason({ field: 'at', operator: 'near', value: 7 })).toContain(
    'operator: Invalid option: expected one of "="',
  );
  expect(reason({ field: '', operator: '=' })).toBe('Choose what to compare');
  expect(reason({ combinator: 'xor', rules: [] })).toContain('combinator: ');
});

test('a relative time says how much of what, and nothing else', () => {
  const due = (value: object) => Condition.safeParse({ rules: [{ field: 'due', operator: 'during', value }] }).success;
  expect(due({ kind: 'next', count: 3, unit: 'hour' })).toBe(true);
  expect(due({ kind: 'this', unit: 'week' })).toBe(true);
  expect(due({ kind: 'next', count: 1.5, unit: 'day' })).toBe(false);
  expect(due({ kind: 'next', unit: 'day' })).toBe(false);
  expect(due({ kind: 'this', count: 2, unit: 'week' })).toBe(false);
  expect(due({ kind: 'last', count: 2, unit: 'fortnight' })).toBe(false);
});

test('a condition has a JSON Schema, though it contains itself', () => {
  expect(JSON.stringify(toJsonSchema(Condition))).toContain('combinator');
});
