import { expect, test } from 'vitest';
import { filterStep } from '../steps/filter.step.js';
import { formulaStep } from '../steps/formula.step.js';
import { fileSchema } from './file-schemas.js';

const schema = fileSchema('pipeline', [filterStep.type, formulaStep.type], 'https://pelton.example');
const text = JSON.stringify(schema);

test('knows the parameters of each kind of step', () => {
  expect(schema).toMatchObject({
    $id: 'https://pelton.example/schema/pipeline.json',
    required: ['name', 'title', 'steps'],
    properties: {
      steps: {
        items: {
          properties: { uses: { anyOf: [{ enum: ['core/filter', 'core/formula'] }, { type: 'string' }] } },
          allOf: [
            {
              if: { properties: { uses: { const: 'core/filter' } } },
              // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema; nobody awaits it
              then: { properties: { with: { properties: { condition: { title: 'Keep rows where' } } } } },
            },
            { if: { properties: { uses: { const: 'core/formula' } } } },
          ],
        },
      },
    },
  });
});

test('refers only to what is in it', () => {
  const referred = [...text.matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)].map(([, name]) => name);
  expect(referred.length).toBeGreaterThan(0);
  expect(Object.keys(schema['$defs'] as object)).toEqual(expect.arrayContaining(referred));
});

test('is the contract’s own for other nouns', () => {
  const metric = fileSchema('metric', [], 'https://pelton.example');
  expect(metric).toMatchObject({ required: ['name', 'title', 'template', 'params'], additionalProperties: false });
});
