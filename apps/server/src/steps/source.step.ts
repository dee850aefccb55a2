import { AppError, describeColumn, type StepType } from '@pelton/contract';
import type { ConnectorArgument } from '@pelton/sdk';
import { identifier, join, sql } from '@pelton/sdk';
import { z } from 'zod';
import type { ConnectionsService } from '../connections/connections.service.js';
import type { Installed } from '../plugins/plugins.service.js';
import type { ActionKind, StepContext, StepOutcome, StepRunContext } from './step-kind.js';

const Params = z.looseObject({ connection: z.string().min(1, 'Choose a connection') });
type Params = z.infer<typeof Params>;

const ROWS = [{ name: 'rows', title: 'Rows' }];
const BATCH = 10_000;

/** The step that reads a stream of a connector's connections. */
export function sourceStep(connector: Installed<'connector'>, connections: ConnectionsService): ActionKind<Params> {
  const { spec, calls } = connector;

  const argumentOf = async ({
    projectId,
    params,
  }: StepContext<Params>): Promise<ConnectorArgument & { stream: unknown }> => {
    const { connection, ...stream } = params;
    const argument = await connections.connectorArgument(projectId, connection);
    if (argument.uses !== spec.id)
      throw new AppError('PARAM_INVALID', {
        field: 'connection',
        reason: `${connection} is a connection of ${argument.uses}, not of ${spec.id}`,
      });
    return { ...argument, stream };
  };

  /** The rows as the warehouse itself reads them, where the connector offers that and the warehouse reaches the data. */
  const pushDown = async (argument: ConnectorArgument & { stream: unknown }, { project }: StepContext<Params>) => {
    const relation = await calls.relation?.(argument);
    if (!relation) return undefined;
    try {
      return { sql: relation, columns: await project.admin.columns(relation) };
    } catch (error) {
      if (isOutOfReach(error)) return undefined;
      throw error;
    }
  };

  const discovered = async (argument: ConnectorArgument & { stream: unknown }, params: Params) => {
    const streams = await calls.discover(argument);
    const found = streams.find((stream) => stream.name === params.stream);
    if (!found) throw new AppError('NOT_FOUND', { noun: 'stream', name: String(params.stream) });
    return found.columns.map(({ name, type }) => describeColumn(name, type));
  };

  /** Rows that come through the plugin, batch by batch, into a table of the run. */
  const readThrough = async (
    argument: ConnectorArgument & { stream: unknown },
    context: StepRunContext<Params>,
  ): Promise<StepOutcome> => {
    const { project, stage, signal, params } = context;
    const columns = await discovered(argument, params);
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
    for await (const message of calls.read(argument)) {
      signal.throwIfAborted();
      if (message.type === 'RECORDS') pending.push(...message.records);
      if (pending.length >= BATCH) await flush();
    }
    await flush();
    return {
      outputs: { rows: { sql: sql`SELECT * FROM ${identifier(project.database, table)}`, columns } },
      rows: { rows },
    };
  };

  return {
    kind: 'action',
    type: sourceType(connector),
    params: Params,
    summary: ({ stream }) => `${spec.title} · ${typeof stream === 'string' ? stream : 'nothing chosen'}`,
    outputs: () => ROWS,
    async columns(context) {
      const argument = await argumentOf(context);
      const pushed = await pushDown(argument, context);
      return { rows: pushed?.columns ?? (await discovered(argument, context.params)) };
    },
    async run(context) {
      const argument = await argumentOf(context);
      const relation = await pushDown(argument, context);
      if (!relation) return readThrough(argument, context);
      context.show(relation.sql);
      const { rows } = await context.project.admin.row<{ rows: number }>(
        sql`SELECT count() AS rows FROM (${relation.sql})`,
        { signal: context.signal },
      );
      return { outputs: { rows: relation }, rows: { rows } };
    },
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
    params: params as StepType['params'],
    inputs: [],
    outputs: ROWS,
  };
}

/** The warehouse runs elsewhere and does not see this machine's files, or may not read outside its own folder. */
function isOutOfReach(error: unknown): boolean {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
  const type = cause && 'type' in cause ? String(cause.type) : '';
  return type === 'FILE_DOESNT_EXIST' || type === 'DATABASE_ACCESS_DENIED' || type === 'ACCESS_DENIED';
}
