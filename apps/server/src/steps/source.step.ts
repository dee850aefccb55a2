import { AppError, phrase, phraseOf, type StepType } from '@pelton/contract';
import { identifier, join, sql } from '@pelton/sdk';
import { z } from 'zod';
import type { ConnectionsService } from '../connections/connections.service.js';
import type { StreamSource } from '../connections/stream-source.js';
import type { Installed } from '../plugins/plugins.service.js';
import type { ActionKind, StepContext, StepOutcome, StepRunContext } from './step-kind.js';

const Params = z.looseObject({ connection: z.string().min(1, 'Choose a connection') });
type Params = z.infer<typeof Params>;

const ROWS = [{ name: 'rows', title: 'Rows' }];
const BATCH = 10_000;

/** The step that reads a stream of a connector's connections. */
export function sourceStep(connector: Installed<'connector'>, connections: ConnectionsService): ActionKind<Params> {
  const { spec } = connector;

  const open = async ({ projectId, params }: Pick<StepContext<Params>, 'projectId' | 'params'>) => {
    const { connection, ...stream } = params;
    const source = await connections.openStream(projectId, connection, stream);
    if (source.uses !== spec.id)
      throw new AppError('PARAM_INVALID', {
        field: 'connection',
        reason: `${connection} is a connection of ${source.uses}, not of ${spec.id}`,
      });
    return source;
  };

  return {
    kind: 'action',
    type: sourceType(connector),
    params: Params,
    summary: ({ stream }) =>
      phrase`${phraseOf(spec.title)} · ${typeof stream === 'string' ? stream : phrase`nothing chosen`}`,
    outputs: () => ROWS,
    async columns(context) {
      const source = await open(context);
      const relation = await source.relation(context.project);
      return { rows: relation?.columns ?? (await source.discover()).columns };
    },
    async asQuery(context) {
      const source = await open(context);
      return source.holdsSecrets ? undefined : source.relation(context.project);
    },
    async run(context) {
      const source = await open(context);
      const relation = await source.relation(context.project);
      if (!relation) return readThrough(source, context);
      if (source.holdsSecrets) return copy(relation, context);
      context.show(relation.sql);
      if (context.isReadOn) return { outputs: { rows: relation }, rows: {} };
      const { rows } = await context.project.admin.row<{ rows: number }>(
        sql`SELECT count() AS rows FROM (${relation.sql})`,
        { signal: context.signal },
      );
      return { outputs: { rows: relation }, rows: { rows } };
    },
  };
}

/** Rows that the warehouse reads with a password are copied: a run keeps its relations, and must not keep that one. */
async function copy(
  { sql: relation, columns }: NonNullable<Awaited<ReturnType<StreamSource['relation']>>>,
  { project: { admin, database }, stage, signal }: StepRunContext<Params>,
): Promise<StepOutcome> {
  const table = stage('rows');
  await admin.run(
    sql`CREATE OR REPLACE TABLE ${identifier(table)} ENGINE = MergeTree ORDER BY tuple() AS ${relation}`,
    {
      signal,
    },
  );
  const rows = sql`SELECT * FROM ${identifier(database, table)}`;
  const counted = await admin.row<{ rows: number }>(sql`SELECT count() AS rows FROM (${rows})`);
  return { outputs: { rows: { sql: rows, columns } }, rows: counted };
}

/** Rows that come through the plugin, batch by batch, into a table of the run. */
async function readThrough(source: StreamSource, context: StepRunContext<Params>): Promise<StepOutcome> {
  const { project, stage, signal } = context;
  const { columns } = await source.discover();
  const table = stage('rows');
  const list = join(columns.map(({ name, type }) => sql`${identifier(name)} ${{ parts: [type] }}`));
  await project.admin.run(
    sql`CREATE OR REPLACE TABLE ${identifier(table)} (${list}) ENGINE = MergeTree ORDER BY tuple()`,
  );
  let rows = 0;
  let pending: object[] = [];
  const flush = async () => {
    await project.admin.insert(table, pending, { signal });
    rows += pending.length;
    pending = [];
  };
  for await (const message of source.read({ mode: 'full_refresh' }, signal)) {
    if (message.type === 'RECORDS') pending.push(...message.records);
    if (pending.length >= BATCH) await flush();
  }
  await flush();
  return {
    outputs: { rows: { sql: sql`SELECT * FROM ${identifier(project.database, table)}`, columns } },
    rows: { rows },
  };
}

/** The step's form: which connection, then what the connector itself asks for. */
function sourceType({ spec }: Installed<'connector'>): StepType {
  const stream = spec.stream as { properties?: Record<string, unknown>; required?: string[] }; // JSON Schema of an object
  const connection = { type: 'string', title: 'Connection', ui: { widget: 'connection', of: spec.id } };
  const params = {
    type: 'object',
    properties: { connection, ...stream.properties },
    required: ['connection', ...(stream.required ?? [])],
  };
  return {
    uses: `${spec.id}/read`,
    title: spec.title,
    description: spec.description,
    layer: 'collect',
    role: 'source',
    icon: spec.icon,
    group: spec.group ?? 'applications',
    params: params as StepType['params'],
    inputs: [],
    outputs: ROWS,
  };
}
