import { expect, test } from 'vitest';
import { compareForms } from './compare-forms.js';

const before = {
  type: 'object',
  required: ['event'],
  properties: {
    event: { type: 'string', title: 'Event' },
    days: { type: 'integer', default: 30 },
    unit: { type: 'string' },
  },
};

test('tells which fields are new, gone and different, and which have to be filled in', () => {
  const after = {
    ...before,
    required: ['event', 'window'],
    properties: {
      event: { type: 'string', title: 'Event' },
      days: { type: 'integer', default: 90 },
      window: { type: 'string', title: 'Window' },
    },
  };
  expect(compareForms(before, after)).toEqual([
    {
      field: 'days',
      title: 'days',
      what: 'changed',
      isNeeded: false,
      before: '{"type":"integer","default":30}',
      after: '{"type":"integer","default":90}',
    },
    { field: 'unit', title: 'unit', what: 'removed', isNeeded: false, before: '{"type":"string"}', after: null },
    {
      field: 'window',
      title: 'Window',
      what: 'added',
      isNeeded: true,
      before: null,
      after: '{"type":"string","title":"Window"}',
    },
  ]);
});

test('finds nothing between a form and itself', () => {
  expect(compareForms(before, structuredClone(before))).toEqual([]);
});
