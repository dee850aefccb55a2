import { sql } from '@pelton/sdk';
import { inputOf } from './columns.js';
import type { StepRunContext } from './step-kind.js';

const BATCH = 1000;

/** A user who arrives at a message, and when they entered the tag that they come from. */
export interface AudienceRow {
  user_id: string;
  entered_at?: string;
}

/** The users who arrive, each once, in batches. @param byEntry whether when they entered matters */
export async function* audience(
  { inputs, project, signal }: Pick<StepRunContext, 'inputs' | 'project' | 'signal'>,
  byEntry: boolean,
): AsyncGenerator<AudienceRow[]> {
  const users = inputOf(inputs, 'users');
  const hasEntry = byEntry && users.columns.some((column) => column.name === 'entered_at');
  const columns = hasEntry ? sql`user_id, toString(any(entered_at)) AS entered_at` : sql`user_id`;
  const query = sql`SELECT ${columns} FROM (${users.sql}) WHERE user_id != '' GROUP BY user_id ORDER BY user_id`;
  let pending: AudienceRow[] = [];
  for await (const rows of project.admin.batches<AudienceRow>(query, { signal })) {
    pending.push(...rows);
    while (pending.length >= BATCH) yield pending.splice(0, BATCH);
  }
  if (pending.length > 0) yield pending;
}
