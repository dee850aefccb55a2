import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { AppError, type ErrorAnswer, isAppError } from '@pelton/contract';
import type { Response } from 'express';
import { PinoLogger } from 'nestjs-pino';
import { newId } from './ids.js';

/** The one place where an error becomes an answer. What nobody expected is logged under an id and told without details. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: PinoLogger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const known = this.recognize(error);
    const answer: ErrorAnswer = {
      code: known.code,
      message: known.message,
      facts: known.facts as ErrorAnswer['facts'],
    }; // facts are plain data by contract
    const seconds = retryAfter(known);
    if (seconds !== undefined) response.setHeader('Retry-After', String(seconds));
    response.status(known.status).json(answer);
  }

  private recognize(error: unknown): AppError {
    if (isAppError(error)) return error;
    if (error instanceof HttpException) return fromHttp(error);
    if (isUnreachable(error))
      return new AppError('SERVICE_DOWN', { service: 'documents', reason: 'no connection' }, { cause: error });
    const id = newId();
    this.logger.error({ err: error, errorId: id }, 'request.failed');
    return new AppError('UNEXPECTED', { id }, { cause: error });
  }
}

/** In how many seconds the same may be sent again with hope. */
function retryAfter(error: AppError): number | undefined {
  if (error.code === 'SERVICE_DOWN') return 5;
  if (error.code === 'TOO_MANY_TRIES') return 900;
  return error.code === 'TOO_MANY_EVENTS' ? (error as AppError<'TOO_MANY_EVENTS'>).facts.seconds : undefined; // the code was just compared
}

function fromHttp(error: HttpException): AppError {
  if (error.getStatus() === 404)
    return new AppError('NOT_FOUND', { noun: 'page', name: error.message.replace(/^Cannot \w+ /, '') });
  return new AppError('BAD_INPUT', { issues: [{ path: '', message: error.message }] });
}

function isUnreachable(error: unknown): boolean {
  return (
    error instanceof Error && /^Mongo(ServerSelection|Network|NotConnected)|MongooseServerSelection/.test(error.name)
  );
}
