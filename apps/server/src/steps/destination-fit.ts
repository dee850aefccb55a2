import { AppError, type TargetInfo, type WriteMode } from '@pelton/contract';

/** What a step wants to write, and where. */
export interface Writing {
  /** How a person calls the place. */
  target: string;
  mode: WriteMode;
  keys: readonly string[];
  columns: readonly string[];
}

/**
 * Finds what keeps rows from fitting their target, before any is sent.
 * @param info what the target looks like; null where its connector cannot tell
 * @throws PARAM_INVALID at the parameter that mends it
 */
export function checkFit({ target, mode, keys, columns }: Writing, info: TargetInfo | null): void {
  if (mode === 'update' && keys.length === 0)
    throw invalid('keys', 'Choose the columns that tell rows apart, or append rows instead');
  const unsent = keys.find((key) => !columns.includes(key));
  if (unsent !== undefined) throw invalid('columns', `${unsent} tells rows apart, so it has to be sent`);
  if (!info) return;
  const known = info.columns.map(({ name }) => name);
  const unknown = columns.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw invalid(
      'columns',
      `${target} has no ${list(unknown)}; it has ${list(known)}. Choose which columns to send, or rename them before`,
    );
  const missing = info.columns.filter(({ name, isNeeded }) => isNeeded && !columns.includes(name));
  if (missing.length > 0)
    throw invalid('columns', `${target} needs ${list(missing.map(({ name }) => name))}, which the rows do not bring`);
  if (mode === 'update' && info.keys) checkKeys(target, keys, info.keys);
}

function checkKeys(target: string, keys: readonly string[], offered: readonly string[][]): void {
  const isSame = (key: readonly string[]) => key.length === keys.length && key.every((name) => keys.includes(name));
  if (offered.some(isSame)) return;
  const others = offered.map((key) => key.join(' + ')).join(' or ');
  const hint = others ? `Choose ${others}` : 'Make a unique index there, or append rows instead';
  throw invalid('keys', `${keys.join(' + ')} does not tell the rows of ${target} apart. ${hint}`);
}

function list(names: readonly string[]): string {
  return names.length > 8 ? `${names.slice(0, 8).join(', ')} and ${names.length - 8} more` : names.join(', ');
}

function invalid(field: string, reason: string): AppError {
  return new AppError('PARAM_INVALID', { field, reason });
}
