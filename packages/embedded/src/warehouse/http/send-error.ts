import type { ServerResponse } from 'node:http';
import type { EngineError } from '../engine/engine-error.js';
import { httpStatusOf } from './http-status.js';

/** Answers with nothing but an error. */
export function sendError(response: ServerResponse, error: EngineError, version: string): void {
  if (error.code === 194) response.setHeader('WWW-Authenticate', 'Basic realm="ClickHouse server HTTP API"');
  response.setHeader('X-ClickHouse-Exception-Code', String(error.code));
  response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
  response.writeHead(httpStatusOf(error.code)).end(`${error.describe(version)}\n`);
}
