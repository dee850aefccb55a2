import type { WriteResult } from '@pelton/sdk';
import type { QueryError } from 'mysql2';

/** Refusals that have no class of their own. */
const GENERAL = new Set([
  'WARN_DATA_TRUNCATED',
  'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD',
  'ER_NO_DEFAULT_FOR_FIELD',
  'ER_CHECK_CONSTRAINT_VIOLATED',
]);
const OTHER_ROW = 'ER_SUBQUERY_NO_1_ROW';

/** Values that do not fit (22), break a rule (23) or are turned down by a trigger (45); all else concerns all rows. */
export function isRefusal(error: unknown): error is QueryError {
  if (!(error instanceof Error) || !('code' in error)) return false;
  const code = String(error.code);
  return code === OTHER_ROW || GENERAL.has(code) || ('sqlState' in error && /^(22|23|45)/.test(String(error.sqlState)));
}

export function refused(error: unknown): WriteResult {
  if (!isRefusal(error)) throw error;
  const isOther = error.code === OTHER_ROW;
  return { ok: false, reason: isOther ? 'Another row has the same value in another unique index' : error.message };
}
