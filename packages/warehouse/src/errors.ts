import { ClickHouseError } from '@clickhouse/client';
import { AppError, isAppError } from '@pelton/contract';

/** Refusals that are the author's to mend, by ClickHouse's name for them; everything else keeps ClickHouse's own words. */
const WORDS: Record<string, (message: string) => string | undefined> = {
  UNKNOWN_IDENTIFIER: (message) => {
    const name = /identifier `?([^`\s]+)`?/.exec(message)?.[1];
    const maybe = /Maybe you meant: \[([^\]]*)\]/.exec(message)?.[1];
    return name && `there is no column ${name}${maybe ? `; did you mean ${maybe.replaceAll("'", '')}?` : ''}`;
  },
  UNKNOWN_TABLE: (message) => {
    const name = /(?:expression identifier|Table) [`']?(?:[\w-]+[`']?\.[`']?)?([^`'\s]+)/.exec(message)?.[1];
    return name && `there is no table ${name}`;
  },
  UNKNOWN_FUNCTION: (message) => {
    const name = /[Ff]unction(?: with name)? [`']?(\w+)/.exec(message)?.[1];
    return name && `there is no function ${name}`;
  },
  SYNTAX_ERROR: (message) => {
    const at = /failed at position \d+ \(([^)]*)\)/.exec(message)?.[1] ?? /failed at position (\d+)/.exec(message)?.[1];
    return at ? `it is not complete or has a mistake at ${at}` : 'it is not complete or has a mistake';
  },
  ACCESS_DENIED: () => 'it may only read the data of this project',
  MEMORY_LIMIT_EXCEEDED: () => 'it needs more memory than a query may have; look at fewer rows or columns',
  TIMEOUT_EXCEEDED: () => 'it took longer than a query may; look at fewer rows',
  NOT_ENOUGH_SPACE: () => 'the disk is full; free some space and try again',
};

/**
 * Turns an error of the client into one of ours: SQL_FAILED with a reason in words when the warehouse refused,
 * SERVICE_DOWN when it did not answer. An aborted request stays what it is.
 */
export function warehouseError(error: unknown): Error {
  if (isAppError(error)) return error;
  if (error instanceof ClickHouseError) {
    if (error.type === 'AUTHENTICATION_FAILED') return down('it refused the user or the password', error);
    return new AppError('SQL_FAILED', { reason: explain(error) }, { cause: error });
  }
  if (!(error instanceof Error)) return new Error(String(error));
  const code = 'code' in error ? String(error.code) : '';
  if (/^(ECONN|ENOTFOUND|EPIPE|EHOSTUNREACH|ETIMEDOUT|EAI_AGAIN)/.test(code)) return down(code, error);
  if (/socket hang up|Timeout error/.test(error.message)) return down(error.message, error);
  return error;
}

/** The cause as ClickHouse named it, such as `UNKNOWN_TABLE`; undefined when the warehouse did not answer at all. */
export function warehouseErrorType(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof ClickHouseError ? cause.type : undefined;
}

/** Where the text of a query stops to be SQL, in bytes from 0; undefined when that is not what is wrong. */
export function syntaxErrorAt(error: unknown): number | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  const position = cause instanceof ClickHouseError ? /failed at position (\d+)/.exec(cause.message)?.[1] : undefined;
  return position === undefined ? undefined : Number(position) - 1;
}

/** True when the warehouse refused for what is in the rows or the query, so that the same would be refused again. */
export function isDataError(error: unknown): boolean {
  return DATA_ERRORS.test(warehouseErrorType(error) ?? '');
}

const DATA_ERRORS =
  /^(INCORRECT_DATA|CANNOT_|TYPE_MISMATCH|ILLEGAL_|ARGUMENT_OUT_OF_BOUND|VALUE_IS_OUT_OF_RANGE|DECIMAL_OVERFLOW|BAD_ARGUMENTS|TOO_DEEP_RECURSION|TOO_LARGE_|UNEXPECTED_DATA)/;

function down(reason: string, cause: Error): AppError {
  return new AppError('SERVICE_DOWN', { service: 'warehouse', reason }, { cause });
}

function explain(error: ClickHouseError): string {
  // A message that quotes the query can hide the name of the cause from the client.
  const type = error.message.includes('Syntax error') ? 'SYNTAX_ERROR' : (error.type ?? '');
  return WORDS[type]?.(error.message) ?? shorten(error.message);
}

/** Leaves out what helps nobody: which expression was being executed where, and the version. */
function shorten(message: string): string {
  const plain = message
    .replace(/^(Code: \d+\. )?(DB::Exception: )?/, '')
    .replace(/: (while|While|In scope|when) [\s\S]*$/, '')
    .replace(/\s*\((version|official build)[\s\S]*$/, '')
    .trim();
  return plain.length > 400 ? `${plain.slice(0, 400)} …` : plain;
}
