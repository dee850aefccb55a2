import { phrase, toJsonSchema } from '@pelton/contract';
import { identifier, join, sql } from '@pelton/sdk';
import { z } from 'zod';
import { atField } from './at-field.js';
import { inputOf } from './columns.js';
import type { QueryKind } from './step-kind.js';

const Params = z.object({
  columns: z
    .array(
      z.object({
        name: z.string().min(1, 'Give the column a name').meta({ title: 'Name' }),
        formula: z
          .string()
          .min(1, 'Write a formula')
          .meta({
            title: 'Formula',
            description: 'Columns, numbers, text in quotes and functions, such as Quantity * UnitPrice',
            ui: { widget: 'formula', of: 'rows' },
          }),
      }),
    )
    .min(1, 'Add at least one column')
    .meta({ title: 'New columns' }),
});

export const formulaStep: QueryKind<z.infer<typeof Params>> = {
  kind: 'query',
  isKept: false,
  type: {
    uses: 'core/formula',
    title: 'Formula',
    description: 'Adds columns computed from others',
    layer: 'shape',
    role: 'transform',
    icon: 'math-function',
    params: toJsonSchema(Params),
    inputs: [{ name: 'rows', title: 'Rows', needs: [], optional: false }],
    outputs: [{ name: 'rows', title: 'Rows' }],
  },
  params: Params,
  summary: ({ columns }) => phrase`${columns.map(({ name, formula }) => `${name} = ${formula}`).join(', ')}`,
  proves: ({ columns }) => columns.map((column) => column.name),
  async compile({ params, inputs, project }) {
    const rows = inputOf(inputs, 'rows');
    const added = [];
    for (const [index, { name, formula }] of params.columns.entries()) {
      const admitted = await atField(`columns.${index}.formula`, () =>
        project.gate.admitFormula(formula, rows.columns),
      );
      added.push(sql`${{ parts: [`(${admitted})`] }} AS ${identifier(name)}`);
    }
    const replaced = params.columns
      .map((column) => column.name)
      .filter((name) => rows.columns.some((column) => column.name === name));
    const kept = replaced.length ? sql`* EXCEPT (${join(replaced.map((name) => identifier(name)))})` : sql`*`;
    return sql`SELECT ${kept}, ${join(added)} FROM (${rows.sql})`;
  },
};
