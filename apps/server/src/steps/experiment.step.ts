import { type Column, type Experiment, type OutputPort, phrase, type Relation, toJsonSchema } from '@pelton/contract';
import { bind, identifier, instant, sql } from '@pelton/sdk';
import { refreshIdentities } from '@pelton/warehouse';
import { z } from 'zod';
import { dataContext } from '../events/data-context.js';
import { decideQuery, winnerQuery } from '../experiments/experiment.queries.js';
import { columnsOf } from './columns.js';
import type { ActionKind } from './step-kind.js';

const AfterDecision = z.enum(['as assigned', 'everybody to the winner']);

const Params = z.object({
  experiment: z
    .string()
    .min(1, 'Choose an experiment')
    .meta({ title: 'Experiment', ui: { widget: 'experiment' } }),
  afterDecision: AfterDecision.default('as assigned').meta({
    title: 'Once it is decided',
    description: 'Until then each user gets the variation that is theirs',
    ui: { advanced: true },
  }),
});
type Params = z.infer<typeof Params>;

const ARM_TYPES = { user_id: 'String', variation: 'String', at: "DateTime64(3, 'UTC')" };
/** When a user entered the tag before; a message that repeats with each entry needs it after the experiment too. */
const ENTRY = 'entered_at';

/** Gives each user one variation for good, notes the exposure as an event, and parts the users by variation. */
export const experimentStep: ActionKind<Params> = {
  kind: 'action',
  type: {
    uses: 'core/experiment',
    title: 'Experiment',
    description: 'Parts users into variations, the same way each time',
    layer: 'operate',
    role: 'definition',
    icon: 'flask',
    params: toJsonSchema(Params),
    inputs: [{ name: 'users', title: 'Users', needs: [{ name: 'user_id', family: 'text' }], optional: true }],
  },
  params: Params,
  summary: ({ experiment, afterDecision }) =>
    afterDecision === 'as assigned' ? phrase`${experiment}` : phrase`${experiment}, then the winner`,
  outputs: ({ experiment }, definitions) => portsOf(definitions.experiment(experiment)),

  async columns({ params, definitions, inputs }) {
    const ports = portsOf(definitions.experiment(params.experiment));
    return Object.fromEntries(ports.map((port) => [port.name, armColumns(inputs.users)]));
  },

  async run({ params, definitions, project, inputs, view, stage, isDraft, signal, confirm, show, asOf }) {
    const { admin, database } = project;
    const experiment = definitions.experiment(params.experiment);
    const hasIdentities = await refreshIdentities(project);
    const { users, events } = dataContext({ ...view, hasIdentities });
    const all = sql`SELECT user_id FROM ${users} UNION DISTINCT SELECT user_id FROM ${events}`;
    const asked = inputs.users?.sql ?? all;
    const winner = params.afterDecision === 'as assigned' ? undefined : winnerOf(experiment, asOf);
    const decided = winner ? winnerQuery(asked, winner, asOf) : decideQuery(asked, experiment, database, asOf);
    show(decided);
    const table = stage('users');
    await admin.run(
      sql`CREATE OR REPLACE TABLE ${identifier(table)} ENGINE = MergeTree ORDER BY (variation, user_id) AS ${decided}`,
      { signal },
    );
    if (!isDraft) {
      await confirm();
      const added = sql`FROM ${identifier(table)} WHERE is_new`;
      const experimentId = bind('String', experiment.name);
      await admin.run(
        sql`INSERT INTO assignments (experiment_id, user_id, variation, at) SELECT ${experimentId}, user_id, variation, at ${added}`,
      );
      const properties = sql`CAST(CAST(tuple(${experimentId}, variation), 'Tuple(experiment String, variation String)'), 'JSON')`;
      await admin.run(
        sql`INSERT INTO events SELECT hex(sipHash128('exposure', ${experimentId}, user_id)) AS message_id, 'track', 'Experiment Viewed', user_id, '', at, ${instant(new Date().toISOString())}, ${properties}, CAST('{}', 'JSON'), 'experiment' ${added}`,
      );
    }
    const counts = await admin.rows<{ variation: string; users: number }>(
      sql`SELECT variation, count() AS users FROM ${identifier(table)} GROUP BY variation`,
    );
    const ports = portsOf(experiment);
    const columns = armColumns(inputs.users);
    const arms = sql`SELECT user_id, variation, at FROM ${identifier(database, table)}`;
    const entries =
      inputs.users && columns.length > Object.keys(ARM_TYPES).length
        ? sql`SELECT user_id, any(${identifier(ENTRY)}) AS entered_at FROM (${inputs.users.sql}) GROUP BY user_id`
        : undefined;
    const whole = entries
      ? sql`SELECT arms.*, entries.entered_at AS entered_at FROM (${arms}) AS arms INNER JOIN (${entries}) AS entries ON entries.user_id = arms.user_id`
      : arms;
    const arm = (key: string) => ({ sql: sql`SELECT * FROM (${whole}) WHERE variation = ${key}`, columns });
    return {
      outputs: Object.fromEntries(ports.map(({ name }) => [name, arm(name)])),
      rows: Object.fromEntries(
        ports.map(({ name }) => [name, counts.find((row) => row.variation === name)?.users ?? 0]),
      ),
    };
  },
};

function armColumns(users: Relation | undefined): Column[] {
  return [...columnsOf(ARM_TYPES), ...(users?.columns.filter((column) => column.name === ENTRY) ?? [])];
}

/** The variation that the experiment was decided for, as far as that was known at as-of. */
function winnerOf({ decision }: Experiment, asOf: string): string | undefined {
  return decision && Date.parse(decision.at) <= Date.parse(asOf) ? decision.variation : undefined;
}

function portsOf(experiment: Experiment): OutputPort[] {
  return experiment.variations.map(({ key, title }) => ({ name: key, title }));
}
