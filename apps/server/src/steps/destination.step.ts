import {
  AppError,
  type Column,
  type JsonSchema,
  phrase,
  type Relation,
  type StepType,
  WriteMode,
} from '@pelton/contract';
import { sql } from '@pelton/sdk';
import { z } from 'zod';
import type { ConnectionsService } from '../connections/connections.service.js';
import type { RowTarget } from '../connections/row-target.js';
import type { Installed } from '../plugins/plugins.service.js';
import { columnOf, inputOf } from './columns.js';
import { checkFit } from './destination-fit.js';
import { DestinationRows, draftOutputs, portsOf } from './destination-rows.js';
import { failure, sendRows, withRetries } from './send-rows.js';
import type { ActionKind, StepContext, StepOutcome, StepRunContext } from './step-kind.js';

type Writes = NonNullable<Installed<'connector'>['spec']['writes']>;

const OUTPUTS = [
  { name: 'taken', title: 'Taken' },
  { name: 'refused', title: 'Refused' },
];

/** Where rows go, how, and which of their columns. */
interface Plan {
  rows: Relation;
  columns: Column[];
  target: RowTarget;
  targetName: string;
}

/** The step that sends rows to a connection of a connector that can write. A draft run only counts them. */
export function destinationStep(
  { spec }: Installed<'connector'>,
  writes: Writes,
  connections: ConnectionsService,
): ActionKind<Params> {
  return {
    kind: 'action',
    type: destinationType(spec, writes),
    params: paramsOf(spec.title, writes),
    summary: (params) => phrase`${nameOf(params) || phrase`nothing chosen`}`,
    outputs: () => OUTPUTS,

    async columns(context) {
      const plan = await prepare(context);
      await check(plan, context);
      return portsOf(plan.columns);
    },

    async run(context) {
      const plan = await prepare(context);
      return context.isDraft ? tell(plan, context) : send(plan, context);
    },
  };

  async function prepare({ projectId, params, inputs }: StepContext<Params>): Promise<Plan> {
    const rows = inputOf(inputs, 'rows');
    const { connection, columns } = params;
    const { uses } = await connections.find(projectId, connection);
    if (uses !== spec.id)
      throw new AppError('PARAM_INVALID', {
        field: 'connection',
        reason: `${connection} is a connection of ${uses}, not of ${spec.id}`,
      });
    return {
      rows,
      columns: columns.length > 0 ? columns.map((name) => columnOf(rows, name)) : rows.columns,
      target: await connections.openTarget(projectId, connection, targetOf(params)),
      targetName: nameOf(params),
    };
  }

  async function check({ columns, target, targetName }: Plan, { params }: StepContext<Params>): Promise<void> {
    const { mode, keys } = params;
    const names = columns.map(({ name }) => name);
    checkFit({ target: targetName, mode, keys, columns: names }, await target.describe());
  }

  async function tell(plan: Plan, context: StepRunContext<Params>): Promise<StepOutcome> {
    await check(plan, context);
    const outputs = draftOutputs(plan.rows, plan.columns);
    context.show(outputs.taken.sql);
    const { rows } = await context.project.admin.row<{ rows: number }>(
      sql`SELECT count() AS rows FROM (${outputs.taken.sql})`,
      { signal: context.signal },
    );
    return { outputs, rows: { taken: rows, refused: 0 }, foot: `${rows} would go` };
  }

  async function send(plan: Plan, context: StepRunContext<Params>): Promise<StepOutcome> {
    const { params, signal, confirm, runId, stepId } = context;
    const { mode, keys, connection } = params;
    const rows = await DestinationRows.open(context, plan.rows, plan.columns);
    context.show(rows.all);
    try {
      await withRetries(() => check(plan, context), signal);
      await sendRows(rows, plan.target, { mode, keys, id: `${runId}-${stepId}`, signal, confirm });
    } catch (error) {
      throw failure(error, { connection, target: plan.targetName, done: await rows.done(), rows: rows.count });
    }
    const refused = await rows.refusedCount();
    const taken = rows.count - refused;
    return { outputs: rows.outputs, rows: { taken, refused }, foot: `${taken} taken, ${refused} refused` };
  }

  /** What the connector itself asks for, without what every such step asks for. */
  function targetOf({ connection: _c, mode: _m, keys: _k, columns: _n, ...target }: Params): Record<string, unknown> {
    return target;
  }

  /** The first field of a target is its name. */
  function nameOf(params: Params): string {
    const [field = ''] = Object.keys(propertiesOf(writes.target));
    const value = params[field];
    return typeof value === 'string' ? value : '';
  }
}

interface Params extends Record<string, unknown> {
  connection: string;
  mode: WriteMode;
  keys: string[];
  columns: string[];
}

function paramsOf(title: string, { modes }: Writes): z.ZodType<Params> {
  const canOnly = `${title} can ${modes.join(' or ')} rows`;
  return z.looseObject({
    connection: z.string().min(1, 'Choose a connection'),
    mode: WriteMode.default(modes[0] ?? 'append').refine((mode) => modes.includes(mode), canOnly),
    keys: z.array(z.string()).default([]),
    columns: z.array(z.string()).default([]),
  });
}

/** The step's form: which connection, what the connector itself asks for, then how rows are written. */
function destinationType(spec: Installed<'connector'>['spec'], { modes, target }: Writes): StepType {
  const { required = [] } = target as { required?: string[] }; // JSON Schema of an object
  const connection = { type: 'string', title: 'Connection', minLength: 1, ui: { widget: 'connection', of: spec.id } };
  const mode = {
    type: 'string',
    enum: modes,
    default: modes[0],
    title: 'How',
    description: 'append: adds all rows. update: changes rows with the same key and adds the others.',
  };
  const columns = (title: string, description: string) => ({
    ...{ type: 'array', items: { type: 'string' }, default: [], title, description },
    ui: { widget: 'columns', of: 'rows' },
  });
  const params = {
    type: 'object',
    properties: {
      connection,
      ...propertiesOf(target),
      mode,
      ...(modes.includes('update') && { keys: columns('Key', 'Columns that tell rows apart, for update') }),
      columns: columns('Columns', 'Without any, all are sent'),
    },
    required: ['connection', ...required],
    ...('$defs' in target && { $defs: target['$defs'] }),
  };
  return {
    uses: `${spec.id}/write`,
    title: `To ${spec.title}`,
    description: `Sends rows to ${spec.title}`,
    layer: 'reach',
    role: 'reach',
    icon: spec.icon,
    group: spec.group ?? 'applications',
    params: params as StepType['params'],
    inputs: [{ name: 'rows', title: 'Rows', needs: [], optional: false }],
    outputs: OUTPUTS,
  };
}

function propertiesOf(schema: JsonSchema): Record<string, unknown> {
  return (schema['properties'] ?? {}) as Record<string, unknown>; // JSON Schema of an object
}
