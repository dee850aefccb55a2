import { expect, test } from 'vitest';
import { AppError } from './errors.js';
import { nameField } from './name-field.js';

const form = { properties: { cron: { title: 'Times' } } };
const other = { properties: { cron: { title: 'Other' }, zone: { title: 'Time zone' } } };
const wrong = (field: string) => new AppError('PARAM_INVALID', { field, reason: 'choose one', at: 3 });

test('a wrong parameter is called as the first form that has it calls it, and is found by its path as before', () => {
  const named = nameField(wrong('cron'), form, other);
  expect(named).toMatchObject({
    message: 'Times: choose one',
    facts: { field: 'cron', reason: 'choose one', at: 3 },
  });
  expect(nameField(named, other)).toBe(named);
  expect(nameField(wrong('zone'), form, other)).toMatchObject({ message: 'Time zone: choose one' });
});

test('what no form has, and what is no parameter, stays as it is', () => {
  for (const error of [wrong('amount'), new AppError('INPUT_MISSING', { port: 'Rows' }), new Error('broken')])
    expect(nameField(error, form)).toBe(error);
});
