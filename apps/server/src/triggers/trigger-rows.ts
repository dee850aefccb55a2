import { type Column, describeColumn, type HookColumn, type Relation, type Sql, type Trigger } from '@pelton/contract';
import { bind, identifier, instant, join, sql } from '@pelton/sdk';

/** Columns with the types that they have in the warehouse, by what starts a pipeline. */
const TIME = "DateTime64(3, 'UTC')";
const EVENT = {
  user_id: 'String',
  event: 'String',
  timestamp: TIME,
  received_at: TIME,
  message_id: 'String',
  entry_key: 'String',
  properties: 'JSON',
};
const SCHEDULE = { due_at: TIME };
const AFTER = { pipeline: 'String', run_id: 'String', state: 'String', finished_at: TIME };
const ALERT = { metric: 'String', period: TIME, value: 'Float64', before: 'Nullable(Float64)', threshold: 'Float64' };
const FAMILIES = {
  text: 'Nullable(String)',
  number: 'Nullable(Float64)',
  boolean: 'Nullable(Bool)',
  time: `Nullable(${TIME})`,
} as const satisfies Record<HookColumn['family'], string>;

/** The columns that a trigger's rows have. Without a trigger there is the time at which a person started the run. */
export function triggerColumns(trigger: Trigger | undefined): Column[] {
  return Object.entries(typesOf(trigger)).map(([name, type]) => describeColumn(name, type));
}

function typesOf(trigger: Trigger | undefined): Record<string, string> {
  switch (trigger?.kind) {
    case undefined:
    case 'schedule':
      return SCHEDULE;
    case 'event':
      return EVENT;
    case 'webhook':
      return Object.fromEntries([
        ['body', 'String'],
        ...trigger.columns.map(({ name, family }) => [name, FAMILIES[family]]),
      ]) as Record<string, string>; // pairs of texts
    case 'after':
      return AFTER;
    case 'alert':
      return ALERT;
  }
}

/** One row, as a query. A value is bound by the type of its column; a time is ISO 8601. */
export function oneRow(trigger: Trigger | undefined, values: Record<string, string | number | null>): Relation {
  const columns = triggerColumns(trigger);
  const list = columns.map(({ name, type }) => sql`${literal(type, values[name] ?? null)} AS ${identifier(name)}`);
  return { sql: sql`SELECT ${join(list)}`, columns };
}

/** The rows of a table with these columns and perhaps more. */
export function rowsOf(trigger: Trigger, table: Sql, where: Sql = sql`true`): Relation {
  const columns = triggerColumns(trigger);
  const list = join(columns.map(({ name }) => identifier(name)));
  return { sql: sql`SELECT ${list} FROM ${table} WHERE ${where}`, columns };
}

/** The columns of a trigger's table, as they are declared. */
export function declared(columns: readonly Column[]): Sql {
  return join(columns.map(({ name, type }) => sql`${identifier(name)} ${{ parts: [type] }}`));
}

function literal(type: string, value: string | number | null): Sql {
  if (value === null) return sql`CAST(NULL, ${type})`;
  return sql`${typeof value === 'string' && type.includes('DateTime') ? instant(value) : bind(type, value)}`;
}
