import { expect, test } from 'vitest';
import { fieldsOf } from './field';
import { fieldTitle } from './field-title';

const fields = fieldsOf({
  type: 'object',
  properties: {
    tag: { type: 'string', title: 'Tag' },
    columns: {
      type: 'array',
      title: 'Columns',
      items: { type: 'object', properties: { formula: { type: 'string', title: 'Formula' } } },
    },
  },
});

test('a path is called as the form calls it', () => {
  expect(['tag', 'columns.1.formula', 'columns.0', 'columns', 'other'].map((path) => fieldTitle(fields, path))).toEqual(
    ['Tag', 'Columns 2, Formula', 'Columns 1', 'Columns', undefined],
  );
});
