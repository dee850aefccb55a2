import { isAppError, type Step, type StepRetry } from '@pelton/contract';

/** For a step that says nothing: a service that did not answer is asked again three times within ten seconds. */
const UNLESS_SAID: StepRetry = { times: 3, waitSeconds: 0.5, backoff: 3, jitter: true };

/** Codes of errors that are there until a person mends the step, the connection or the data. */
const LASTING = new Set([
  ...['BAD_INPUT', 'PARAM_INVALID', 'NOT_FOUND', 'NOT_ALLOWED', 'SECRET_MISSING', 'TEMPLATE_BROKEN', 'SQL_REFUSED'],
  ...['STEP_UNKNOWN', 'INPUT_MISSING', 'INPUT_UNKNOWN', 'WIRE_REFUSED', 'COLUMN_MISSING', 'COLUMNS_DIFFER'],
  ...['ADDRESS_NOT_ALLOWED', 'PROGRAM_NOT_ALLOWED', 'STEP_KILLS'],
]);

/**
 * How long to wait before a step that failed is tried again.
 * @param tries how often it failed in a row, this time included
 * @param random from 0 to 1
 * @returns milliseconds; undefined when it is not tried again
 */
export function waitBeforeRetry(
  { retry }: Pick<Step, 'retry'>,
  error: unknown,
  { tries, random }: { tries: number; random: number },
): number | undefined {
  const { times, waitSeconds, backoff, jitter } = retry ?? UNLESS_SAID;
  if (tries > times || !isWorthwhile(error, retry !== undefined)) return undefined;
  const fullMs = waitSeconds * 1000 * backoff ** (tries - 1);
  return Math.round(Math.min(fullMs, 86_400_000) * (jitter ? 1 - random / 2 : 1));
}

/** Who asks for retries gets them for all that might pass, such as an API's error; else only a service's silence is tried again. */
function isWorthwhile(error: unknown, isAsked: boolean): boolean {
  if (!isAppError(error)) return isAsked;
  return error.code === 'SERVICE_DOWN' || (isAsked && !LASTING.has(error.code));
}
