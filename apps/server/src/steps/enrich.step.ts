import { AppError, type Column, listPhrases, type Relation, toJsonSchema } from '@pelton/contract';
import { identifier, join, sql } from '@pelton/sdk';
import { z } from 'zod';
import type { DatasetsService } from '../datasets/datasets.service.js';
import { inputOf } from './columns.js';
import { duplicatesQuery, enrichedColumns, type Enrichment, enrichmentOf, enrichQuery } from './enrich-rows.js';
import { itemRelation } from './item-relation.js';
import type { ActionKind, StepContext } from './step-kind.js';

const Params = z.object({
  dataset: z
    .string()
    .default('')
    .meta({ title: 'With dataset', description: 'What to look up in', ui: { widget: 'dataset' } }),
  itemType: z
    .string()
    .default('')
    .meta({ title: 'Or with items of type', ui: { widget: 'item_type' } }),
  keys: z
    .array(
      z.object({
        column: z
          .string()
          .min(1, 'Choose a column')
          .meta({ title: 'Column', ui: { widget: 'column', of: 'rows' } }),
        matches: z
          .string()
          .default('')
          .meta({
            title: 'Is the same as',
            description: 'A column of the dataset',
            ui: { widget: 'known_column', of: 'dataset,itemType', placeholder: 'same name' },
          }),
      }),
    )
    .default([])
    .meta({ title: 'Where', description: 'Without any, the dataset’s own key, by the same names' }),
  columns: z
    .array(
      z.object({
        column: z
          .string()
          .min(1, 'Choose a column')
          .meta({ title: 'Column', ui: { widget: 'known_column', of: 'dataset,itemType' } }),
        as: z
          .string()
          .default('')
          .meta({ title: 'New name', ui: { placeholder: 'same name' } }),
      }),
    )
    .default([])
    .meta({ title: 'Add', description: 'Without any, every column that is no key' }),
});
type Params = z.infer<typeof Params>;

const PORTS = [
  { name: 'rows', title: 'Rows' },
  { name: 'unmatched', title: 'Without a match' },
];

/** Adds columns of a dataset or of items to rows that share a key with them; every row stays, once. */
export function enrichStep(datasets: DatasetsService): ActionKind<Params> {
  return {
    kind: 'action',
    type: {
      uses: 'core/enrich',
      title: 'Enrich',
      description: 'Adds columns of a dataset or of items to the rows that share a key with them',
      layer: 'shape',
      role: 'transform',
      icon: 'table-plus',
      params: toJsonSchema(Params),
      inputs: [{ name: 'rows', title: 'Rows', needs: [], optional: false }],
      outputs: PORTS,
    },
    params: Params,
    summary: ({ dataset, itemType, columns }) =>
      listPhrases([dataset || itemType, columns.map(({ column, as }) => as || column).join(', ')], ' · '),
    outputs: () => PORTS,

    async columns(context) {
      const rows = inputOf(context.inputs, 'rows');
      return { rows: enrichedColumns(rows, await enrichment(context)), unmatched: rows.columns };
    },

    async rowsQuery(context) {
      return enrichQuery(inputOf(context.inputs, 'rows'), await enrichment(context));
    },

    async run(context) {
      const { project, stage, signal, show } = context;
      const { admin, database } = project;
      const rows = inputOf(context.inputs, 'rows');
      const found = await enrichment(context);
      await refuseDuplicates(context, found);
      const query = enrichQuery(rows, found);
      show(query);
      const table = stage('rows');
      await admin.run(
        sql`CREATE OR REPLACE TABLE ${identifier(table)} ENGINE = MergeTree ORDER BY tuple() AS ${query}`,
        {
          signal,
        },
      );
      const counted = await admin.row<{ rows: number; unmatched: number }>(
        sql`SELECT count() AS rows, countIf(NOT \`@matched\`) AS unmatched FROM ${identifier(table)}`,
      );
      const staged = (columns: readonly Column[], where: ReturnType<typeof sql>): Relation => ({
        sql: sql`SELECT ${names(columns)} FROM ${identifier(database, table)}${where}`,
        columns: [...columns],
      });
      return {
        outputs: {
          rows: staged(enrichedColumns(rows, found), sql``),
          unmatched: staged(rows.columns, sql` WHERE NOT \`@matched\``),
        },
        rows: counted,
      };
    },
  };

  async function enrichment(context: StepContext<Params>): Promise<Enrichment> {
    const { params, projectId, inputs } = context;
    if (Boolean(params.dataset) === Boolean(params.itemType))
      throw new AppError('PARAM_INVALID', { field: 'dataset', reason: 'choose either a dataset or an item type' });
    const rows = inputOf(inputs, 'rows');
    if (params.itemType) {
      const known = await itemRelation(context, params.itemType);
      return enrichmentOf({ rows, known, key: ['item_id'], name: params.itemType, params });
    }
    const [{ primaryKey }, known] = await Promise.all([
      datasets.find(projectId, params.dataset),
      datasets.relation(projectId, params.dataset),
    ]);
    return enrichmentOf({ rows, known, key: primaryKey, name: params.dataset, params });
  }
}

/** A row has one match at most, or the rows would become more. */
async function refuseDuplicates({ project }: StepContext<Params>, found: Enrichment): Promise<void> {
  const { keys, example } = await project.admin.row<{ keys: number; example: string }>(duplicatesQuery(found));
  if (keys === 0) return;
  throw new AppError('PARAM_INVALID', {
    field: 'keys',
    reason: `${found.name} has more than one row for ${keys} of its keys, such as “${example}”. Add a column to the key, or make them one row before`,
  });
}

function names(columns: readonly Column[]) {
  return join(columns.map(({ name }) => identifier(name)));
}
