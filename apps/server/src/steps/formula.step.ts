import { AppError, isAppError, type Relation, toJsonSchema } from '@pelton/contract';
import { identifier, join, sql } from '@pelton/sdk';
import type { SqlGate } from '@pelton/warehouse';
import { z } from 'zod';
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
  summary: ({ columns }) => columns.map(({ name, formula }) => `${name} = ${formula}`).join(', '),
  proves: ({ columns }) => columns.map((column) => column.name),
  async compile({ params, inputs, project }) {
    const rows = inputOf(inputs, 'rows');
    const added = [];
    for (const [index, { name, formula }] of params.columns.entries()) {
      const admitted = await admit(project.gate, formula, rows, `columns.${index}.formula`);
      added.push(sql`${{ parts: [`(${admitted})`] }} AS ${identifier(name)}`);
    }
    const replaced = params.columns
      .map((column) => column.name)
      .filter((name) => rows.columns.some((column) => column.name === name));
    const kept = replaced.length ? sql`* EXCEPT (${join(replaced.map((name) => identifier(name)))})` : sql`*`;
    return sql`SELECT ${kept}, ${join(added)} FROM (${rows.sql})`;
  },
};

async function admit(gate: SqlGate, formula: string, rows: Relation, field: string): Promise<string> {
  try {
    return await gate.admitFormula(formula, rows.columns);
  } catch (error) {
    if (isAppError(error) && error.code === 'SQL_REFUSED')
      throw new AppError(
        'PARAM_INVALID',
        { field, reason: (error as AppError<'SQL_REFUSED'>).facts.reason },
        { cause: error },
      ); // the code was just compared
    throw error;
  }
}
