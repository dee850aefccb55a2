import type { Condition, Rule } from '@pelton/contract';
import { describe, expect, test } from 'vitest';
import {
  type ConditionField,
  countRules,
  emptyCondition,
  matchOf,
  replaced,
  withField,
  withGroup,
  withMatch,
  withOperator,
  without,
  withRule,
} from './edit-condition';

const field = (name: string, family: ConditionField['family']): ConditionField => ({ name, family, examples: [] });
const quantity = field('Quantity', 'number');
const country = field('Country', 'text');

describe('a rule', () => {
  test('starts with the first operator of its family and a value of its type', () => {
    expect(withRule(emptyCondition(), quantity).rules).toEqual([{ field: 'Quantity', operator: '=', value: 0 }]);
    expect(withRule(emptyCondition(), field('at', 'time')).rules).toEqual([{ field: 'at', operator: '<', value: '' }]);
    expect(withRule(emptyCondition(), field('properties', 'json')).rules).toEqual([
      { field: 'properties', operator: 'null' },
    ]);
  });

  test('keeps operator and value when another field of the same family is chosen', () => {
    const rule = { field: 'Quantity', operator: '>=' as const, value: 3 };
    expect(withField(rule, field('UnitPrice', 'number'))).toEqual({ field: 'UnitPrice', operator: '>=', value: 3 });
    expect(withField(rule, country)).toEqual({ field: 'Country', operator: '=', value: '3' });
  });

  test('keeps no value that nobody chose when a field of another family is chosen', () => {
    const [blank] = withRule(emptyCondition(), quantity).rules as Rule[]; // it holds no group
    const isNew = withField(withField(blank!, country), field('is_new', 'boolean'));
    expect(withField(blank!, country).value).toBe('');
    expect(isNew.value).toBe(true);
    expect(withField(isNew, country).value).toBe('');
  });

  test('reshapes its value with the operator', () => {
    const rule = { field: 'Quantity', operator: '=' as const, value: 3 };
    expect(withOperator(rule, 'between', 'number').value).toEqual([3, 0]);
    expect(withOperator(rule, 'in', 'number').value).toEqual([3]);
    expect(withOperator(rule, 'null', 'number')).toEqual({ field: 'Quantity', operator: 'null' });
    const stretch = { kind: 'last', count: 30, unit: 'day' };
    const before = { field: 'at', operator: '<' as const, value: '2026-01-01' };
    expect(withOperator(before, 'during', 'time').value).toEqual(stretch);
    const today = { field: 'at', operator: 'during' as const, value: { kind: 'this' as const, unit: 'day' as const } };
    expect(withOperator(today, 'notDuring', 'time').value).toEqual(today.value);
    expect(withOperator(today, '>=', 'time').value).toBe('');
    expect(withOperator({ field: 'c', operator: 'in', value: ['FR', 'DE'] }, '=', 'text').value).toBe('FR');
  });
});

describe('a group', () => {
  const group: Condition = { combinator: 'or', not: true, rules: [{ field: 'a', operator: 'null' }] };

  test('reads as all, any or none', () => {
    expect(matchOf(group)).toBe('none');
    expect(withMatch(group, 'all')).toEqual({ combinator: 'and', rules: group.rules });
    expect(withMatch(group, 'none')).toEqual(group);
    expect(matchOf({ combinator: 'and', not: true, rules: [] })).toBe('not-all');
  });

  test('changes by copies, so that undo keeps the old one', () => {
    const grown = withGroup(withRule(group, quantity));
    expect(grown.rules).toHaveLength(3);
    expect(group.rules).toHaveLength(1);
    expect(without(grown, 0).rules[0]).toMatchObject({ field: 'Quantity' });
    expect(replaced(grown, 2, withRule(emptyCondition(), country)).rules[2]).toMatchObject({ combinator: 'and' });
  });

  test('counts its comparisons at any depth', () => {
    const inner = withRule(emptyCondition(), country);
    expect(
      countRules({ combinator: 'and', rules: [...group.rules, inner, { combinator: 'or', rules: [inner] }] }),
    ).toBe(3);
  });
});
