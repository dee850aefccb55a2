import type { DataContext } from '../define/metric.js';
import { instant, sql } from '../sql.js';
import type { Engine, TableRow } from './engine.js';

/**
 * The context that core would hand to `compile`, over the given rows. An event is
 * `{ user_id, event, timestamp[, properties] }`, a user is `{ user_id, traits }`.
 */
export function dataContext(
  engine: Engine,
  data: { events?: TableRow[]; users?: TableRow[]; asOf: string; timezone?: string },
): DataContext {
  const events = engine.table(
    'events',
    {
      message_id: 'String',
      type: 'String',
      event: 'String',
      user_id: 'String',
      timestamp: "DateTime64(3, 'UTC')",
      properties: 'JSON',
    },
    (data.events ?? []).map((event, index) => ({ message_id: `m${index}`, type: 'track', properties: {}, ...event })),
  );
  const users = engine.table('users', { user_id: 'String', traits: 'Map(String, String)' }, data.users ?? []);
  return {
    events: sql`(SELECT * FROM ${events} WHERE timestamp < ${instant(data.asOf)})`,
    users: sql`(SELECT * FROM ${users})`,
    asOf: data.asOf,
    timezone: data.timezone ?? 'UTC',
  };
}
