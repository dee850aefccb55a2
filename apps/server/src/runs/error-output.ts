import { ERROR_PORT, type RunError, type Step } from '@pelton/contract';
import { bind, sql } from '@pelton/sdk';
import { ERROR_COLUMNS } from '../steps/error-columns.js';
import type { StepOutputDoc } from './run.schema.js';

/** One row that says which step failed and why, for the steps that are wired to its error. */
export function errorOutput(
  { id }: Pick<Step, 'id'>,
  { attempt }: { attempt: number },
  { code, message }: RunError,
): Pick<StepOutputDoc, 'relations' | 'samples'> {
  const row = sql`SELECT ${id} AS step, ${code} AS code, ${message} AS message, ${bind('UInt32', attempt)} AS attempt`;
  const sample = { port: ERROR_PORT, columns: ERROR_COLUMNS, rows: [[id, code, message, attempt]], total: 1 };
  return { relations: { [ERROR_PORT]: { sql: row, columns: ERROR_COLUMNS } }, samples: { [ERROR_PORT]: sample } };
}
