import type { TargetInfo } from '@pelton/contract';
import { expect, test } from 'vitest';
import { checkFit, type Writing } from './destination-fit.js';

const INFO: TargetInfo = {
  columns: [
    { name: 'id', isNeeded: true },
    { name: 'email', isNeeded: false },
    { name: 'shop', isNeeded: false },
  ],
  keys: [['id'], ['email', 'shop']],
};
const writing = (change: Partial<Writing>): Writing => ({
  ...{ target: 'contacts', mode: 'update', keys: ['id'], columns: ['id', 'email', 'shop'] },
  ...change,
});

test.each([
  ['by its key', {}],
  ['by a key of two columns in any order', { keys: ['shop', 'email'] }],
  ['appended without a key', { mode: 'append', keys: [] }],
  ['with what it needs alone', { columns: ['id'] }],
] as const)('rows fit %s', (_how, change) => {
  expect(() => checkFit(writing(change), INFO)).not.toThrow();
});

test.each([
  [{ keys: [] }, 'keys: Choose the columns that tell rows apart, or append rows instead'],
  [{ columns: ['email'] }, 'columns: id tells rows apart, so it has to be sent'],
  [{ columns: ['email'], mode: 'append', keys: [] }, 'columns: contacts needs id, which the rows do not bring'],
  [
    { columns: ['id', 'age'] },
    'columns: contacts has no age; it has id, email, shop. Choose which columns to send, or rename them before',
  ],
  [{ keys: ['email'] }, 'keys: email does not tell the rows of contacts apart. Choose id or email + shop'],
] as const)('%o does not fit', (change, message) => {
  expect(() => checkFit(writing(change), INFO)).toThrow(message);
});

test('a target that cannot be looked at takes what its rows bring', () => {
  expect(() => checkFit(writing({ columns: ['id', 'anything'] }), null)).not.toThrow();
});
