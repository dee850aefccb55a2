import { AppError } from '@pelton/contract';
import { isUnreachable } from './common/unreachable.js';
import type { Config } from './config.js';

/** Says which documents service did not answer at the start, and what to do; any other error stays what it is. */
export function explainUnreachable(
  error: unknown,
  { mongodbUrl, dataDir: folder }: Pick<Config, 'mongodbUrl' | 'dataDir'>,
): unknown {
  if (!isUnreachable(error)) return error;
  if (!mongodbUrl) return new AppError('OWN_DOCUMENTS_SILENT', { folder, reason: error.message }, { cause: error });
  const reason = `no server answers there (${error.message})`;
  const what = 'the URL of a MongoDB that this machine reaches';
  return new AppError('SETTING_WRONG', { name: 'PELTON_MONGODB_URL', reason, what }, { cause: error });
}
