import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '../engine/engine.js';
import { quoteString } from '../sql/literal.js';

/**
 * Tells the engine to stop a query, again and again until it has: the engine may not know the query yet.
 * @param label that of the query's connection
 * @param ended resolves when the query has ended
 */
export async function cancelQuery(engine: Engine, label: string, ended: Promise<unknown>): Promise<void> {
  const connection = engine.connect();
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

/**
 * Clients know a query by the id that they gave, the engine by an id of its own and by the label of its connection.
 * @param labels the labels of the queries under way, by the ids that clients gave
 */
export function rewriteKill(sql: string, labels: ReadonlyMap<string, string>): string {
  const list = (texts: Iterable<string>) => `[${['', ...texts].map(quoteString).join(', ')}]`;
  const id = `transform(${LABEL}, ${list(labels.values())}, ${list(labels.keys())}, query_id)`;
  return sql.replace(/\bquery_id\b/gi, () => id);
}

const LABEL = "Settings['log_comment']";

function whereLabel(label: string): string {
  return `${LABEL} = ${quoteString(label)}`;
}
