import { AppError, phrase, type Relation, type Sql, toJsonSchema } from '@pelton/contract';
import { identifier, join, sql } from '@pelton/sdk';
import { emptyRelation } from '@pelton/warehouse';
import { z } from 'zod';
import { PIPELINE_STEP } from '../calls/call-circle.js';
import type { PipelineCalls } from '../calls/pipeline-calls.service.js';
import type { CallablePipeline } from '../calls/signature.js';
import { inputColumns } from './input.step.js';
import { asText, sourceColumn } from './row-values.js';
import type { ActionKind, StepContext, StepOutcome, StepRunContext } from './step-kind.js';

const Params = z.object({
  pipeline: z
    .string()
    .min(1, 'Choose a pipeline')
    .meta({ title: 'Pipeline', description: 'Its live version runs', ui: { widget: 'pipeline' } }),
});
type Params = z.infer<typeof Params>;

/**
 * Runs another pipeline with the rows that arrive, waits for its end and gives what its last steps gave. Nothing is held
 * meanwhile: the step waits, and is woken up by the end of that run.
 */
export function pipelineStep(calls: Pick<PipelineCalls, 'call' | 'given' | 'release'>): ActionKind<Params> {
  return {
    kind: 'action',
    type: {
      uses: PIPELINE_STEP,
      title: 'Pipeline',
      description: 'Runs another pipeline with these rows, and gives what its last steps give',
      layer: 'control',
      role: 'control',
      icon: 'schema',
      params: toJsonSchema(Params),
      inputs: [{ name: 'rows', title: 'Rows', needs: [], optional: true }],
    },
    params: Params,
    summary: ({ pipeline }) => phrase`${pipeline}`,
    outputs: ({ pipeline }, definitions) =>
      definitions.callable(pipeline)?.gives.map(({ name, title }) => ({ name, title })) ?? [],

    async columns(context) {
      const called = calledBy(context);
      rowsFor(called, context);
      return Object.fromEntries(called.gives.map(({ name, columns }) => [name, columns]));
    },

    async run(context): Promise<StepOutcome> {
      const called = calledBy(context);
      const rows = rowsFor(called, context);
      await context.confirm();
      const run = await calls.call(context, called, rows);
      if (run.isOpen) return { outputs: {}, rows: {}, awaits: run.id, foot: `waits for ${called.title}` };
      const given = await calls.given(run.id, called.gives);
      const kept = await Promise.all(called.gives.map((port, index) => keep(context, port, given[index], index)));
      await calls.release(context.runId, run.id);
      return {
        outputs: Object.fromEntries(kept.map(({ name, relation }) => [name, relation])),
        rows: Object.fromEntries(kept.map(({ name, count }) => [name, count])),
      };
    },
  };
}

/** @throws PARAM_INVALID when there is none, or it has nothing to call */
function calledBy({ params, definitions }: StepContext<Params>): CallablePipeline {
  const called = definitions.callable(params.pipeline);
  if (called) return called;
  const reason = `${params.pipeline} has no live version that can be called. Publish it`;
  throw new AppError('PARAM_INVALID', { field: 'pipeline', reason });
}

/**
 * The rows as the other pipeline takes them; undefined when it takes none.
 * @throws INPUT_MISSING, PARAM_INVALID
 */
function rowsFor({ title, takes }: CallablePipeline, { inputs }: StepContext<Params>): Relation | undefined {
  const { rows } = inputs;
  if (!takes) {
    if (!rows) return undefined;
    const reason = `${title} takes no rows. Remove the wire, or give it the step Input`;
    throw new AppError('PARAM_INVALID', { field: 'pipeline', reason });
  }
  if (!rows) throw new AppError('INPUT_MISSING', { port: 'Rows' });
  const columns = inputColumns(takes);
  const values = columns.map(({ name, type, family }) => {
    const found = rows.columns.find((column) => column.name === name);
    if (found?.family !== family) {
      const reason = `${title} needs the column ${name} with ${family}${found ? `, but it holds ${found.family}` : ''}`;
      throw new AppError('PARAM_INVALID', { field: 'pipeline', reason });
    }
    return sql`${cast(sourceColumn(name), family, type)} AS ${identifier(name)}`;
  });
  return { sql: sql`SELECT ${join(values)} FROM (${rows.sql}) AS source`, columns };
}

function cast(value: Sql, family: string, type: string): Sql {
  return family === 'text' ? asText(value) : sql`CAST(${value}, ${type})`;
}

/** Copies what a port gave, because the tables of the other run are its own. */
async function keep(
  { project: { admin, database }, stage, signal }: StepRunContext<Params>,
  { name, columns }: CallablePipeline['gives'][number],
  given: Relation | undefined,
  index: number,
): Promise<{ name: string; relation: Relation; count: number }> {
  if (!given) return { name, relation: { sql: emptyRelation(columns), columns }, count: 0 };
  const table = stage(`given_${index}`);
  await admin.run(
    sql`CREATE OR REPLACE TABLE ${identifier(table)} ENGINE = MergeTree ORDER BY tuple() AS ${given.sql}`,
    { signal },
  );
  const { count } = await admin.row<{ count: number }>(sql`SELECT count() AS count FROM ${identifier(table)}`);
  return { name, relation: { sql: sql`SELECT * FROM ${identifier(database, table)}`, columns: given.columns }, count };
}
