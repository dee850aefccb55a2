import { z } from 'zod';
import { errorTable } from './error-table.js';

export type ErrorCode = keyof typeof errorTable;
export type FactsOf<C extends ErrorCode> =
  Parameters<(typeof errorTable)[C]['text']> extends [infer F] ? F : Record<string, never>;

/** An expected error: a code, its facts as data, and the words made from both. Facts hold no secrets and no e-mail addresses. */
export class AppError<C extends ErrorCode = ErrorCode> extends Error {
  readonly facts: FactsOf<C>;

  constructor(
    readonly code: C,
    facts: FactsOf<C>,
    options?: ErrorOptions,
  ) {
    const text = errorTable[code].text as (facts: FactsOf<C>) => string; // the table pairs each code with its facts
    super(text(facts), options);
    this.name = 'AppError';
    this.facts = facts;
  }

  get status(): number {
    return errorTable[this.code].status;
  }
}

/** True for an error that another realm or process made and that only looks like one of ours. */
export function isAppError(error: unknown): error is AppError {
  return (
    error instanceof Error &&
    error.name === 'AppError' &&
    'code' in error &&
    Object.hasOwn(errorTable, String(error.code))
  );
}

/** What the API answers with when something is wrong. */
export const ErrorAnswer = z.object({ code: z.string(), message: z.string(), facts: z.record(z.string(), z.json()) });
export type ErrorAnswer = z.infer<typeof ErrorAnswer>;
