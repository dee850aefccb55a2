import { AppError, phrase, toJsonSchema } from '@pelton/contract';
import { identifier, sql } from '@pelton/sdk';
import { columnOf, columnsOf, inputOf } from './columns.js';
import { eventRows, keyedRows, ToEvents } from './event-rows.js';
import { asText, asTime, sourceColumn } from './row-values.js';
import type { ActionKind, StepContext } from './step-kind.js';

const EVENT_COLUMNS = columnsOf({
  message_id: 'String',
  type: 'LowCardinality(String)',
  event: 'LowCardinality(String)',
  user_id: 'String',
  anonymous_id: 'String',
  timestamp: "DateTime64(3, 'UTC')",
  received_at: "DateTime64(3, 'UTC')",
  properties: 'JSON',
  context: 'JSON',
  source: 'LowCardinality(String)',
});
/** Stands for a time that could not be read, until such rows are refused. */
const UNREADABLE = sql`toDateTime64(0, 3, 'UTC')`;
const EVENTS = [{ name: 'events', title: 'Events' }];

/** Writes rows as events. The same rows written again are the same events, because an event's id is a hash of its row. */
export const toEventsStep: ActionKind<ToEvents> = {
  kind: 'action',
  type: {
    uses: 'core/to-events',
    title: 'To events',
    description: 'Writes rows as events of users',
    layer: 'collect',
    role: 'store',
    icon: 'bolt',
    params: toJsonSchema(ToEvents),
    inputs: [{ name: 'rows', title: 'Rows', needs: [], optional: false }],
    outputs: EVENTS,
  },
  params: ToEvents,
  summary: ({ event, onePer }) => (onePer ? phrase`${event} · one per ${onePer}` : phrase`${event}`),
  outputs: () => EVENTS,

  async columns(context) {
    await context.project.admin.columns(keyedRows(context, ''));
    return { events: EVENT_COLUMNS };
  },

  async run(context) {
    const { project, stage, isDraft, signal, confirm, show } = context;
    const { admin, database } = project;
    const table = stage('events');
    const [rows] = await Promise.all([
      eventRows(context),
      admin.run(sql`CREATE OR REPLACE TABLE ${identifier(table)} AS events`),
    ]);
    show(sql`INSERT INTO events ${rows}`);
    // Ids are unique among the rows, so there is nothing to replace while they are written.
    await admin.run(sql`INSERT INTO ${identifier(table)} ${rows}`, { signal, settings: { optimize_on_insert: 0 } });
    // Both are known without reading rows; of rows, the original time is the time, and partitions know its least.
    const { events, isSuspect } = await admin.row<{ events: number; isSuspect: number }>(
      sql`SELECT count() AS events, min(original_timestamp) <= ${UNREADABLE} AS isSuspect FROM ${identifier(table)}`,
    );
    if (events > 0 && isSuspect) await refuseUnreadableTimes(context, table);
    const staged = sql`SELECT * FROM ${identifier(database, table)}`;
    if (!isDraft) await confirm();
    if (!isDraft) await admin.run(sql`ALTER TABLE events ATTACH PARTITION ALL FROM ${identifier(table)}`);
    return {
      outputs: { events: { sql: staged, columns: EVENT_COLUMNS } },
      rows: { events },
      ...(isDraft && { drafted: { table: 'events' as const, rows: staged } }),
    };
  },
};

/** A row whose time cannot be read is told by its value; it is not stored as 1970. */
async function refuseUnreadableTimes({ project, params, inputs }: StepContext<ToEvents>, table: string): Promise<void> {
  const { unreadable } = await project.admin.row<{ unreadable: number }>(
    sql`SELECT count() AS unreadable FROM ${identifier(table)} WHERE timestamp = ${UNREADABLE}`,
  );
  if (unreadable === 0) return;
  const rows = inputOf(inputs, 'rows');
  const column = columnOf(rows, params.timestamp);
  const [example] = await project.admin.rows<{ value: string }>(
    sql`SELECT ${asText(sourceColumn(column.name))} AS value FROM (${rows.sql}) AS source WHERE isNull(${asTime(column, params.timezone)}) LIMIT 1`,
  );
  const shown = example?.value ? `, such as “${example.value}”` : '';
  throw new AppError('PARAM_INVALID', {
    field: 'timestamp',
    reason: `${unreadable} rows have no readable time in ${params.timestamp}${shown}. Filter them out, or convert the column before`,
  });
}
