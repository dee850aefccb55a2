import { expect, test } from 'vitest';
import { traitThatLacks } from './trait-that-lacks';

const columns = ['user_id', 'state', 'reason'].map((name) => ({
  name,
  type: 'String',
  family: 'text' as const,
  nullable: false,
}));

test('says which trait people lack who would get no message', () => {
  const rows = [
    ['ann', 'ready', ''],
    ['bob', 'suppressed', 'unsubscribed'],
    ['cleo', 'suppressed', 'no email'],
  ];
  expect(traitThatLacks({ columns, rows })).toBe('email');
  expect(traitThatLacks({ columns, rows: rows.slice(0, 2) })).toBeUndefined();
  expect(traitThatLacks({ columns: columns.slice(0, 1), rows: [['no email']] })).toBeUndefined();
});
