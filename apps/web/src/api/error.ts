import type { ErrorAnswer, ErrorCode } from '@pelton/contract';

/** An error that the server told, or `OFFLINE` when it did not answer at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: ErrorCode | 'OFFLINE',
    message: string,
    readonly facts: Record<string, unknown>,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ApiError';
  }

  static offline(cause: unknown): ApiError {
    return new ApiError(0, 'OFFLINE', 'Pelton does not answer.', {}, { cause });
  }

  static fromAnswer(status: number, text: string): ApiError {
    const { code, message, facts } = readAnswer(text);
    return new ApiError(status, code as ErrorCode, message, facts); // an unknown code falls through to its message
  }

  /** Which parameters are at fault, for a form: the server names one by `field`, several by `issues`. */
  get problems(): FieldProblem[] {
    const { issues, field, reason } = this.facts;
    if (Array.isArray(issues)) return (issues as { path: string; message: string }[]).map(toProblem); // by the contract's table
    if (typeof field === 'string') return [{ field, message: typeof reason === 'string' ? reason : this.message }];
    return [];
  }
}

/** What is wrong with one parameter; `field` is a path such as `columns.0.formula`. */
export interface FieldProblem {
  field: string;
  message: string;
}

function toProblem({ path, message }: { path: string; message: string }): FieldProblem {
  return { field: path, message };
}

function readAnswer(text: string): ErrorAnswer {
  try {
    const answer = JSON.parse(text) as Partial<ErrorAnswer>; // read with care below
    return { code: answer.code ?? 'UNEXPECTED', message: answer.message ?? text, facts: answer.facts ?? {} };
  } catch {
    return { code: 'UNEXPECTED', message: text || 'The server answered nothing.', facts: {} };
  }
}
