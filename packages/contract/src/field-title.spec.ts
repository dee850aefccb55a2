import { expect, test } from 'vitest';
import { z } from 'zod';
import { fieldTitle } from './field-title.js';
import { toJsonSchema } from './ui.js';

const schema = toJsonSchema(
  z.object({
    tag: z.string().meta({ title: 'Tag' }),
    columns: z.array(z.object({ formula: z.string().meta({ title: 'Formula' }) })).meta({ title: 'New columns' }),
    shop: z.object({ city: z.string().meta({ title: 'City' }) }),
    where: z.object({ rules: z.array(z.object({ value: z.string() })) }).meta({ title: 'Rows where' }),
    bare: z.string(),
  }),
);

test('a parameter is called as its form calls it, with its number in a list', () => {
  const paths = [
    'tag',
    'columns.1.formula',
    'columns.0',
    'columns',
    'shop.city',
    'where.rules.0.value',
    'tag.x',
    'bare',
  ];
  expect(paths.map((path) => fieldTitle(schema, path))).toEqual([
    'Tag',
    'New columns 2, Formula',
    'New columns 1',
    'New columns',
    'City',
    'Rows where',
    'Tag',
    'bare',
  ]);
  expect(['other', '', 'shop'].map((path) => fieldTitle(schema, path))).toEqual([undefined, undefined, 'shop']);
});

test('it is said in other words where there are some', () => {
  expect(fieldTitle(schema, 'columns.0.formula', (title) => title.toUpperCase())).toBe('NEW COLUMNS 1, FORMULA');
});

test('a definition that the schema refers to is looked into', () => {
  const group = { type: 'object', properties: { rule: { type: 'string', title: 'Rule' } } };
  const referring = {
    properties: { groups: { type: 'array', title: 'Groups', items: { $ref: '#/$defs/Group' } } },
    $defs: { Group: group },
  };
  expect(fieldTitle(referring, 'groups.2.rule')).toBe('Groups 3, Rule');
});
