import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '../engine/engine.js';
import { quoteString } from '../sql/literal.js';

/**
 * Tells the engine to stop a query, again and again until it has: the engine may not know the query yet.
 * @param label of the query's connection
 * @param ended resolves when the query has ended
 */
export async function cancelQuery(engine: Engine, label: string, ended: Promise<unknown>): Promise<void> {
  const connection = engine.connect('cancel');
  const isOver = ended.then(() => true);
  let waitMs = 5;
  try {
    do {
      await connection.read(`KILL QUERY WHERE ${whereLabel(label)} ASYNC`).catch(() => {}); // tried again
      waitMs = Math.min(waitMs * 2, 500);
    } while (!(await Promise.race([isOver, sleep(waitMs, false)])));
  } finally {
    connection.close();
  }
}

/** Clients know a query by the id that they gave; the engine has it as the label of the connection. */
export function rewriteKill(sql: string): string {
  return sql.replace(/\bquery_id\b/gi, "Settings['log_comment']");
}

function whereLabel(label: string): string {
  return `Settings['log_comment'] = ${quoteString(label)}`;
}
