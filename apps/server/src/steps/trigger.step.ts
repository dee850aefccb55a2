import { phrase, toJsonSchema } from '@pelton/contract';
import { sql } from '@pelton/sdk';
import { emptyRelation } from '@pelton/warehouse';
import { z } from 'zod';
import { latestEvents } from '../triggers/event.queries.js';
import { oneRow, triggerColumns } from '../triggers/trigger-rows.js';
import type { ActionKind, StepRunContext } from './step-kind.js';

const Params = z.object({});
type Params = z.infer<typeof Params>;

const ROWS = [{ name: 'rows', title: 'Rows' }];
/** Events that a run by hand gets, so that there is something to look at. */
const SHOWN_EVENTS = 1_000;

/** Whether a step gives what started the run. */
export const TRIGGER_STEP = 'core/trigger';

/**
 * The step that gives what started the run. A trigger brings its rows along, and the step counts as done; so it runs only
 * when a person starts the run, and then gives an example: the latest events, or the time.
 */
export const triggerStep: ActionKind<Params> = {
  kind: 'action',
  type: {
    uses: TRIGGER_STEP,
    title: 'Trigger',
    description: 'What started the run: the events, the rows of a webhook, the time, or the alert.',
    layer: 'collect',
    role: 'source',
    icon: 'player-play',
    params: toJsonSchema(Params),
    inputs: [],
    outputs: ROWS,
  },
  params: Params,
  summary: () => phrase`what started the run`,
  outputs: () => ROWS,
  columns: ({ trigger }) => Promise.resolve({ rows: triggerColumns(trigger) }),
  async run(context) {
    const relation = exampleOf(context);
    context.show(relation.sql);
    const counted = await context.project.admin.row<{ rows: number }>(
      sql`SELECT count() AS rows FROM (${relation.sql})`,
      { signal: context.signal },
    );
    return { outputs: { rows: relation }, rows: counted };
  },
};

function exampleOf({ trigger, project, asOf, timezone }: StepRunContext<Params>) {
  const columns = triggerColumns(trigger);
  switch (trigger?.kind) {
    case undefined:
    case 'schedule':
      return oneRow(trigger, { due_at: asOf });
    case 'event':
      return { sql: latestEvents(project.database, trigger, { asOf, timezone, limit: SHOWN_EVENTS }), columns };
    case 'webhook':
    case 'after':
    case 'alert':
      return { sql: emptyRelation(columns), columns };
  }
}
