import { HttpException } from '@nestjs/common';
import { AppError, type ErrorAnswer, isAppError } from '@pelton/contract';
import type { PinoLogger } from 'nestjs-pino';
import { newId } from './ids.js';
import { isUnreachable } from './unreachable.js';

/** An error as it is told to who asked. */
export interface ErrorReply {
  status: number;
  headers: Record<string, string>;
  answer: ErrorAnswer;
}

/** The one place where an error becomes an answer. What nobody expected is logged under an id and told without details. */
export function replyTo(error: unknown, logger: PinoLogger): ErrorReply {
  const known = recognize(error, logger);
  const seconds = retryAfter(known);
  return {
    status: known.status,
    headers: seconds === undefined ? {} : { 'Retry-After': String(seconds) },
    answer: { code: known.code, message: known.message, facts: known.facts as ErrorAnswer['facts'] }, // facts are plain data by contract
  };
}

function recognize(error: unknown, logger: PinoLogger): AppError {
  if (isAppError(error)) return error;
  if (error instanceof HttpException) return fromHttp(error);
  if (isUnreachable(error))
    return new AppError('SERVICE_DOWN', { service: 'documents', reason: 'no connection' }, { cause: error });
  const id = newId();
  logger.error({ err: error, errorId: id }, 'request.failed');
  return new AppError('UNEXPECTED', { id }, { cause: error });
}

/** In how many seconds the same may be sent again with hope. */
function retryAfter(error: AppError): number | undefined {
  if (error.code === 'SERVICE_DOWN' || error.code === 'IDEMPOTENCY_BUSY') return 5;
  if (error.code === 'TOO_MANY_TRIES') return 900;
  const isTooMany = error.code === 'TOO_MANY_EVENTS' || error.code === 'TOO_MANY_CALLS';
  return isTooMany ? (error as AppError<'TOO_MANY_EVENTS' | 'TOO_MANY_CALLS'>).facts.seconds : undefined; // the code was just compared
}

function fromHttp(error: HttpException): AppError {
  if (error.getStatus() === 404)
    return new AppError('NOT_FOUND', { noun: 'page', name: error.message.replace(/^Cannot \w+ /, '') });
  return new AppError('BAD_INPUT', { issues: [{ path: '', message: error.message }] });
}
