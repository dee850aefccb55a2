import { describe, expect, test } from 'vitest';
import type { JsonSchema } from '@pelton/contract';
import { fieldsOf, initialValues, isEmpty, isShown } from './field';

const schema: JsonSchema = {
  type: 'object',
  required: ['connection', 'condition', 'measures'],
  properties: {
    connection: { type: 'string', minLength: 1, title: 'Connection', ui: { widget: 'connection', of: 'file' } },
    condition: { $ref: '#/$defs/Condition', title: 'Keep rows where', ui: { widget: 'condition', of: 'rows' } },
    measures: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: { name: { type: 'string' }, measure: { type: 'string', enum: ['sum', 'count'] } },
        required: ['name'],
      },
    },
    dimensions: { type: 'array', default: [], items: { type: 'string' }, ui: { widget: 'property', of: 'event' } },
    times: { type: 'integer', default: 1, minimum: 1, maximum: 10, ui: { unit: 'times' } },
    timezone: { type: 'string', default: 'UTC', ui: { widget: 'timezone', advanced: true } },
    note: { type: 'string' },
    rest: { type: 'boolean', default: false },
  },
  $defs: { Condition: { type: 'object', properties: { rules: { type: 'array' } } } },
};
const fields = fieldsOf(schema);
const field = (name: string) => fields.find((each) => each.name === name);

describe('fields of a schema', () => {
  test('are drawn by their widget, else by their type', () => {
    expect(fields.map(({ kind }) => kind)).toEqual([
      'connection',
      'condition',
      'objects',
      'property',
      'number',
      'timezone',
      'string',
      'boolean',
    ]);
  });

  test('keep title, unit, limits and what is behind More', () => {
    expect(field('connection')).toMatchObject({ title: 'Connection', ui: { of: 'file' }, limits: { minLength: 1 } });
    expect(field('times')).toMatchObject({ limits: { isWhole: true, minimum: 1, maximum: 10 }, ui: { unit: 'times' } });
    expect(field('timezone')?.isAdvanced).toBe(true);
    expect(field('note')?.title).toBe('note');
  });

  test('of an array of objects are the fields of one item', () => {
    expect(field('measures')?.fields.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'name string',
      'measure enum',
    ]);
    expect(field('dimensions')).toMatchObject({ isMany: true, fields: [] });
  });

  test('are optional when nothing has to be given and nothing is by default', () => {
    expect(fields.filter((each) => each.isOptional).map(({ name }) => name)).toEqual(['dimensions', 'note']);
  });
});

test('a new step starts with its defaults, with empty values where something is needed, and with one item where a list needs one', () => {
  expect(initialValues(fields)).toEqual({
    connection: '',
    condition: { combinator: 'and', rules: [] },
    measures: [{ name: '' }],
    times: 1,
    timezone: 'UTC',
    rest: false,
  });
});

test('an empty group of rules is nothing, a group with a rule is something', () => {
  expect([undefined, '', [], { rules: [] }].map(isEmpty)).toEqual([true, true, true, true]);
  expect([0, false, ['a'], { rules: [{}] }].map(isEmpty)).toEqual([false, false, false, false]);
});

test('a field is shown while its siblings have the values that it is for', () => {
  const wait = fieldsOf({
    type: 'object',
    properties: {
      until: { type: 'string', enum: ['date', 'event'], default: 'date' },
      date: { type: 'string', ui: { when: { until: ['date'] } } },
      event: { type: 'string', ui: { when: { until: ['event'] } } },
    },
  });
  const names = (values: Record<string, unknown>) =>
    wait.filter((each) => isShown(each, wait, values)).map(({ name }) => name);
  expect(names({})).toEqual(['until', 'date']);
  expect(names({ until: 'event' })).toEqual(['until', 'event']);
});
