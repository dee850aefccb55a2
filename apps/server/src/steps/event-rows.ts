import { AppError, type Column, type Relation, type Sql } from '@pelton/contract';
import { bind, identifier, instant, join, sql } from '@pelton/sdk';
import { z } from 'zod';
import { measured } from './aggregate.step.js';
import { columnOf, inputOf } from './columns.js';
import { asObject, asText, asTime, rowHash, sourceColumn } from './row-values.js';
import type { StepContext } from './step-kind.js';

/** Parameters of the step To events. */
export const ToEvents = z.object({
  event: z
    .string()
    .min(1, 'Name the event')
    .max(200)
    .meta({ title: 'Event name', description: 'Such as Order Completed', ui: { widget: 'event' } }),
  userId: z
    .string()
    .min(1, 'Choose the column of the person')
    .meta({ title: 'Person', ui: { widget: 'column', of: 'rows' } }),
  timestamp: z
    .string()
    .min(1, 'Choose the column of the time')
    .meta({ title: 'Time', ui: { widget: 'column', of: 'rows' } }),
  timezone: z
    .string()
    .default('UTC')
    .meta({ title: 'Time zone of the time', ui: { widget: 'timezone', advanced: true } }),
  onePer: z
    .string()
    .default('')
    .meta({
      title: 'One event per',
      description: 'Rows with the same value become one event; without it each row is one',
      ui: { widget: 'column', of: 'rows' },
    }),
  properties: z
    .array(
      z.object({
        name: z.string().min(1, 'Give the property a name').meta({ title: 'Property' }),
        column: z
          .string()
          .default('')
          .meta({ title: 'Column', ui: { widget: 'column', of: 'rows' } }),
        measure: z
          .enum(['first', 'sum', 'count', 'count distinct', 'mean', 'least', 'most'])
          .default('first')
          .meta({ title: 'When rows become one' }),
      }),
    )
    .default([])
    .meta({ title: 'Properties', description: 'Without any, every other column becomes one' }),
});
export type ToEvents = z.infer<typeof ToEvents>;

/** Marks the columns that become properties, so that a property may be called like a column of events. */
const PREFIX = 'property ';

/** Rows for the table `events`. */
export async function eventRows(context: StepContext<ToEvents> & { pipeline: string; stepId: string }): Promise<Sql> {
  const { params, project, pipeline, stepId } = context;
  const keyed = keyedRows(context, `${pipeline} ${stepId}`);
  const columns = await project.admin.columns(keyed);
  const properties = columns
    .filter((column) => column.name.startsWith(PREFIX))
    .map((column) => ({ name: column.name.slice(PREFIX.length), column }));
  const receivedAt = instant(new Date().toISOString());
  return sql`SELECT message_id, 'track' AS type, ${params.event} AS event, user_id, '' AS anonymous_id, ifNull(timestamp, toDateTime64(0, 3, 'UTC')) AS timestamp, ${receivedAt} AS received_at, ${asObject(properties)} AS properties, CAST('{}', 'JSON') AS context, ${bind('String', pipeline)} AS source FROM (${keyed}) AS source`;
}

/** message_id, user_id, timestamp and one column a property, each with the prefix. `source` tells the rows of one step from those of another. */
export function keyedRows({ params, inputs }: StepContext<ToEvents>, source: string): Sql {
  const rows = inputOf(inputs, 'rows');
  const user = columnOf(rows, params.userId);
  const timestamp = columnOf(rows, params.timestamp);
  if (!['time', 'text', 'number'].includes(timestamp.family)) {
    throw new AppError('PARAM_INVALID', {
      field: 'timestamp',
      reason: `${timestamp.name} is ${timestamp.family}, not a time`,
    });
  }
  const time = asTime(timestamp, params.timezone);
  const userId = asText(sourceColumn(user.name));
  const properties = params.properties.length ? params.properties : otherColumns(rows.columns, params);
  for (const { column, measure } of properties) if (measure !== 'count' || !params.onePer) columnOf(rows, column);
  if (!params.onePer) return copiedRows(rows, source, { userId, time, properties });
  const key = sourceColumn(columnOf(rows, params.onePer).name);
  const list = properties.map(
    ({ name, column, measure }) => sql`${measured({ measure, column })} AS ${identifier(`${PREFIX}${name}`)}`,
  );
  const id = sql`hex(sipHash128(${source}, ${asText(key)}))`;
  return sql`SELECT ${join([sql`${id} AS message_id, any(${userId}) AS user_id, min(${time}) AS timestamp`, ...list])} FROM (${rows.sql}) AS source GROUP BY ${key}`;
}

/**
 * One event a row. Rows that are alike in every column are one group and become as many events, numbered: grouping costs
 * half of what numbering them in a window does.
 */
function copiedRows(
  rows: Relation,
  source: string,
  event: { userId: Sql; time: Sql; properties: ToEvents['properties'] },
): Sql {
  const list = event.properties.map(
    ({ name, column }) => sql`any(${sourceColumn(column)}) AS ${identifier(`${PREFIX}${name}`)}`,
  );
  const groups = sql`SELECT ${join([sql`${rowHash(source, rows)} AS hash, count() AS copies, any(${event.userId}) AS user_id, any(${event.time}) AS timestamp`, ...list])} FROM (${rows.sql}) AS source GROUP BY hash`;
  const id = sql`concat(hex(hash), if(copy = 1, '', concat('-', toString(copy)))) AS message_id`;
  return sql`SELECT ${id}, * EXCEPT (hash, copies, copy) FROM (SELECT *, arrayJoin(range(1, copies + 1)) AS copy FROM (${groups}))`;
}

function otherColumns(columns: readonly Column[], { userId, timestamp }: ToEvents): ToEvents['properties'] {
  return columns
    .filter(({ name }) => name !== userId && name !== timestamp)
    .map(({ name }) => ({ name, column: name, measure: 'first' }));
}
