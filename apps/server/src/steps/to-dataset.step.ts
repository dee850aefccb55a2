import { AppError, type Column, type Dataset, Name, phrase, phraseOf, toJsonSchema } from '@pelton/contract';
import { identifier, join, sql } from '@pelton/sdk';
import { z } from 'zod';
import {
  addColumn,
  BATCH_COLUMN,
  createDatasetTable,
  type DatasetShape,
  measureTable,
  publishGeneration,
  selectDataset,
  tableOf,
} from '../datasets/dataset.queries.js';
import type { DatasetsService } from '../datasets/datasets.service.js';
import { inputOf } from './columns.js';
import type { ActionKind, StepContext, StepRunContext } from './step-kind.js';

const Params = z.object({
  dataset: Name.meta({
    title: 'Dataset',
    description: 'One that is there, or the name of a new one, such as daily-sales',
    ui: { widget: 'dataset', of: 'new' },
  }),
  mode: z.enum(['replace', 'append', 'merge']).default('replace').meta({
    title: 'Rows that are there',
    description: 'Replace: they go. Append: they stay. Merge: they stay, but for those whose key comes again',
  }),
  key: z
    .array(z.string())
    .default([])
    .meta({
      title: 'Key',
      description: 'The columns that tell rows apart; merging needs them',
      ui: { widget: 'columns', of: 'rows' },
    }),
});
type Params = z.infer<typeof Params>;

const ROWS = [{ name: 'rows', title: 'Rows' }];

/** Writes rows as a dataset, at once: readers see it as it was before, or with all of the rows. */
export function toDatasetStep(datasets: DatasetsService): ActionKind<Params> {
  return {
    kind: 'action',
    readsOnce: true,
    type: {
      uses: 'core/to-dataset',
      title: 'To dataset',
      description: 'Keeps rows as a dataset: replaces it, adds to it, or merges by a key',
      layer: 'collect',
      role: 'store',
      icon: 'table-down',
      params: toJsonSchema(Params),
      inputs: [{ name: 'rows', title: 'Rows', needs: [], optional: false }],
      outputs: ROWS,
    },
    params: Params,
    summary: ({ dataset, mode }) => phrase`${dataset} · ${phraseOf(mode)}`,
    outputs: () => ROWS,

    async columns(context) {
      return { rows: plan(context, await datasets.known(context.projectId, context.params.dataset)).columns };
    },

    async run(context) {
      const { projectId, project, params, inputs, isDraft, show, stepId } = context;
      const rows = inputOf(inputs, 'rows');
      const looking = datasets.known(projectId, params.dataset);
      // What is replaced tells nothing of how to fill; whether it may be is asked meanwhile.
      const filling = params.mode === 'replace' ? fillStage(context, plan(context, undefined)) : undefined;
      filling?.catch(() => undefined); // looked at below
      const known = await looking;
      const shape = plan(context, known);
      const staged = await (filling ?? fillStage(context, shape));
      show(sql`INSERT INTO ${identifier(tableOf(params.dataset))} ${rows.sql}`);
      const stagedRows = sql`SELECT ${columnList(rows.columns)} FROM ${identifier(project.database, staged)}`;
      const [size, sample] = await Promise.all([
        measureTable(project, staged, shape),
        context.firstRows(stagedRows),
        isDraft || context.confirm(),
      ]);
      const outcome = { rows: { rows: size.rows }, samples: { rows: sample } };
      if (isDraft) return { outputs: { rows: { sql: stagedRows, columns: rows.columns } }, ...outcome };
      const isWhole = params.mode === 'replace';
      if (isWhole) await publishGeneration(project, staged, params.dataset);
      else await attach(context, staged);
      const source = { pipeline: context.pipeline, step: stepId };
      const title = known?.title ?? params.dataset;
      const description = { title, ...shape, source };
      const stored = await datasets.record(projectId, params.dataset, description, isWhole ? size : undefined);
      const relation = { sql: selectDataset(project.database, stored.name, stored), columns: stored.columns };
      return { outputs: { rows: relation }, ...outcome };
    },
  };
}

/**
 * What the dataset will be.
 * @throws PARAM_INVALID for a mode or key that does not fit what is there
 */
function plan(
  { params, inputs }: StepContext<Params>,
  known: Dataset | undefined,
): Pick<Dataset, 'columns' | 'primaryKey'> {
  const { dataset, mode, key } = params;
  const { columns } = inputOf(inputs, 'rows');
  const refuse = (field: string, reason: string) => new AppError('PARAM_INVALID', { field, reason });
  if (known && 'sync' in known.source)
    throw refuse('dataset', `${dataset} is loaded by the sync ${known.source.sync}. Choose another name`);
  if (mode === 'merge' && key.length === 0) throw refuse('key', 'Choose the columns that tell rows apart');
  const missing = key.find((name) => !columns.some((column) => column.name === name));
  if (missing) throw new AppError('COLUMN_MISSING', { column: missing, columns: columns.map(({ name }) => name) });
  if (mode === 'replace' || !known) return { columns, primaryKey: mode === 'append' ? [] : key };
  const has = known.primaryKey.join(', ');
  if (mode === 'append' && has) throw refuse('mode', `${dataset} has the key ${has}. Merge, or replace it`);
  if (mode === 'merge' && has !== key.join(', '))
    throw refuse('key', `${dataset} has ${has ? `the key ${has}` : 'no key'}. Give that one, or replace the dataset`);
  const other = columns.find(({ name, type }) => known.columns.some((old) => old.name === name && old.type !== type));
  if (other) {
    const was = known.columns.find(({ name }) => name === other.name)?.type;
    throw refuse('dataset', `${other.name} is ${was} in ${dataset}, and ${other.type} here. Convert it before`);
  }
  const added = columns.filter(({ name }) => !known.columns.some((old) => old.name === name));
  return { columns: [...known.columns, ...added], primaryKey: known.primaryKey };
}

/** Puts the rows into a table of the run that is made like the dataset's. @returns its name */
async function fillStage(context: StepRunContext<Params>, shape: DatasetShape): Promise<string> {
  const { project, params, inputs, stage, isDraft, signal } = context;
  const { admin } = project;
  const table = stage('rows');
  const { sql: source, columns } = inputOf(inputs, 'rows');
  const names = columnList(columns);
  if (params.mode === 'replace' || isDraft) {
    const rows = sql`SELECT ${names} FROM (${source})`;
    await admin.run(createDatasetTable(table, { ...shape, columns, hasParts: false }, rows), { signal });
    return table;
  }
  const target = tableOf(params.dataset);
  const batch = batchOf(context);
  await admin.run(createDatasetTable(target, { ...shape, hasParts: batch !== undefined }));
  for (const column of shape.columns) await admin.run(addColumn(target, column));
  if (batch) await admin.run(addColumn(target, { name: BATCH_COLUMN, type: 'LowCardinality(String)' }));
  await admin.run(sql`CREATE TABLE ${identifier(table)} AS ${identifier(target)}`);
  const [into, values] = batch ? [sql`${names}, ${identifier(BATCH_COLUMN)}`, sql`${names}, ${batch}`] : [names, names];
  await admin.run(sql`INSERT INTO ${identifier(table)} (${into}) SELECT ${values} FROM (${source})`, { signal });
  return table;
}

/** Adds the staged rows at once. Rows with a key may come twice; those without say which run they are of. */
async function attach(context: StepRunContext<Params>, staged: string): Promise<void> {
  const { admin } = context.project;
  const target = identifier(tableOf(context.params.dataset));
  const batch = batchOf(context);
  if (batch) {
    const there = sql`SELECT 1 AS there FROM ${target} WHERE ${identifier(BATCH_COLUMN)} = ${batch} LIMIT 1`;
    if ((await admin.rows(there)).length > 0) return;
  }
  await admin.run(sql`ALTER TABLE ${target} ATTACH PARTITION ALL FROM ${identifier(staged)}`);
}

/** By which rows that were added tell that they were: the same however often the step is tried. */
function batchOf({ params, runId, stepId }: StepRunContext<Params>): string | undefined {
  return params.mode === 'append' ? `${runId}/${stepId}` : undefined;
}

function columnList(columns: readonly Column[]) {
  return join(columns.map(({ name }) => identifier(name)));
}
