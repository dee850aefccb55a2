import { AppError, type HookColumn, type WebhookTrigger } from '@pelton/contract';

/** Rows of one call; more belong into a file or a connector. */
const MOST_ROWS = 10_000;

type Value = string | number | boolean | null;

/**
 * The rows of a call, with the columns that the trigger names. What is not there, or is something else, is empty; the row as
 * it came is in `body`.
 * @throws BAD_INPUT when there is no object or list of objects where the trigger looks for it
 */
export function readHookBody(body: unknown, { rows: path, columns }: WebhookTrigger): Record<string, Value>[] {
  const found = path === undefined ? body : at(body, path);
  const rows = Array.isArray(found) ? found : [found];
  if (rows.length > MOST_ROWS) throw wrong(path, `These are ${rows.length} rows; at most ${MOST_ROWS} in one call`);
  return rows.map((row: unknown, index) => {
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw wrong(path, `Row ${index} is no object. Send an object, or a list of objects`);
    const named = columns.map((column) => [column.name, valueOf(at(row, column.name), column.family)]);
    return { body: JSON.stringify(row), ...(Object.fromEntries(named) as Record<string, Value>) };
  });
}

function valueOf(value: unknown, family: HookColumn['family']): Value {
  switch (family) {
    case 'text':
      return textOf(value);
    case 'number':
      return numberOf(value);
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'time': {
      const time = typeof value === 'string' || typeof value === 'number' ? new Date(value) : undefined;
      return time && Number.isFinite(time.getTime()) ? time.toISOString() : null;
    }
  }
}

function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function numberOf(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** A value by a path with dots; a name that itself has dots goes first. */
function at(value: unknown, path: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, path)) return (value as Record<string, unknown>)[path];
  const [name = '', ...rest] = path.split('.');
  if (rest.length === 0 || !Object.hasOwn(value, name)) return undefined;
  return at((value as Record<string, unknown>)[name], rest.join('.'));
}

function wrong(path: string | undefined, message: string): AppError {
  return new AppError('BAD_INPUT', { issues: [{ path: path ?? '', message }] });
}
