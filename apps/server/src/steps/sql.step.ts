import { type Column, phrase, type Sql, toJsonSchema } from '@pelton/contract';
import { identifier, join, sql } from '@pelton/sdk';
import { emptyRelation } from '@pelton/warehouse';
import { z } from 'zod';
import { fillTable } from '../plugins/plugin-sql.js';
import { atField } from './at-field.js';
import type { ActionKind } from './step-kind.js';

const Params = z.object({
  query: z
    .string()
    .min(1, 'Write a SELECT')
    .meta({
      title: 'SQL',
      description:
        'One SELECT. The rows that arrive are called input; events, users and item_properties can be read too',
      ui: { widget: 'sql', of: 'rows' },
    }),
});

const ROWS = [{ name: 'rows', title: 'Rows' }];

/** SQL that a person wrote: admitted by the gate, run by the warehouse's read-only user, its rows kept by the admin. */
export const sqlStep: ActionKind<z.infer<typeof Params>> = {
  kind: 'action',
  type: {
    uses: 'core/sql',
    title: 'SQL',
    description: 'Any SELECT over the rows and the project’s data',
    layer: 'shape',
    role: 'transform',
    icon: 'sql',
    params: toJsonSchema(Params),
    inputs: [{ name: 'rows', title: 'Rows', needs: [], optional: true }],
    outputs: ROWS,
  },
  params: Params,
  summary: ({ query }) => phrase`${query.replace(/\s+/g, ' ').slice(0, 80)}`,
  outputs: () => ROWS,
  async columns({ params, inputs: { rows: input }, project: { gate, reader } }) {
    const canonical = await atField('query', () => gate.admitSelect(params.query, input?.columns));
    return { rows: await reader.columns(withInput(canonical, input && emptyRelation(input.columns))) };
  },
  async rowsQuery({ params, inputs: { rows: input }, project: { gate } }) {
    return withInput(await gate.admitSelect(params.query, input?.columns), input?.sql);
  },
  async run({ params, inputs: { rows: input }, project, stage, signal, show }) {
    const { admin, reader, gate, database } = project;
    const canonical = await atField('query', () => gate.admitSelect(params.query, input?.columns));
    show({ parts: [canonical] });
    const kept = identifier(database, stage('input'));
    if (input)
      await admin.run(sql`CREATE OR REPLACE TABLE ${kept} ENGINE = MergeTree ORDER BY tuple() AS ${input.sql}`, {
        signal,
      });
    const select = withInput(canonical, input && sql`SELECT * FROM ${kept}`);
    const columns = await reader.columns(select);
    const table = stage('rows');
    await admin.run(
      sql`CREATE OR REPLACE TABLE ${identifier(table)} (${columnList(columns)}) ENGINE = MergeTree ORDER BY tuple()`,
    );
    await fillTable(project, table, { sql: select, client: reader }, signal);
    const relation = { sql: sql`SELECT * FROM ${identifier(database, table)}`, columns };
    const { rows } = await admin.row<{ rows: number }>(sql`SELECT count() AS rows FROM (${relation.sql})`);
    return { outputs: { rows: relation }, rows: { rows } };
  },
};

function withInput(canonical: string, input: Sql | undefined): Sql {
  const select = { parts: [`SELECT * FROM (${canonical})`] };
  return input ? sql`WITH input AS (${input}) ${select}` : select;
}

function columnList(columns: readonly Column[]): Sql {
  return join(columns.map(({ name, type }) => sql`${identifier(name)} ${{ parts: [type] }}`));
}
