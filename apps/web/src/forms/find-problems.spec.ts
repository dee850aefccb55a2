import { expect, test } from 'vitest';
import { fieldsOf } from './field';
import { findProblems } from './find-problems';

const fields = fieldsOf({
  type: 'object',
  required: ['event', 'person', 'columns'],
  properties: {
    event: { type: 'string', minLength: 1, maxLength: 5, title: 'Event', ui: { widget: 'event' } },
    person: { type: 'string', minLength: 1, title: 'Person', ui: { widget: 'column' } },
    days: { type: 'integer', minimum: 1, maximum: 366 },
    host: { type: 'string', pattern: '^[a-z.]+$' },
    columns: {
      type: 'array',
      title: 'Columns',
      minItems: 1,
      maxItems: 2,
      items: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string', minLength: 1, title: 'Name' } },
      },
    },
  },
});
const found = (values: Record<string, unknown>) =>
  findProblems(fields, values).map(({ field, code, facts }) => `${field} ${code} ${facts.limit ?? ''}`.trim());
const good = { event: 'Order', person: 'id', columns: [{ name: 'a' }] };

test('good values have no problem', () => {
  expect(found(good)).toEqual([]);
});

test('says what is missing: what is written is required, what is offered is to be chosen', () => {
  expect(found({})).toEqual(['event required', 'person choose', 'columns tooFew 1']);
});

test('says which limit is passed', () => {
  expect(found({ ...good, event: 'Ordered', days: 400 })).toEqual(['event tooLong 5', 'days tooLarge 366']);
  expect(found({ ...good, days: 0.5 })).toEqual(['days whole']);
  expect(found({ ...good, host: 'UPPER' })).toEqual(['host pattern']);
  expect(found({ ...good, columns: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] })).toEqual(['columns tooMany 2']);
});

test('names the item of a list that is wrong', () => {
  expect(found({ ...good, columns: [{ name: 'a' }, { name: '' }] })).toEqual(['columns.1.name required']);
});
