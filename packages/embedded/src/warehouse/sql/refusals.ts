import { EngineError } from '../engine/engine-error.js';
import type { Token } from './tokens.js';

/** @throws EngineError unless what follows the end of a statement is only another semicolon */
export function refuseSecondStatement(second: Token, end: number): void {
  if (second.kind === 'sign' && second.text === ';') return;
  const message = `Syntax error (Multi-statements are not allowed): failed at position ${end + 1} (end of query)`;
  throw new EngineError(62, 'SYNTAX_ERROR', message);
}

/** A server writes no files for its clients. */
export function refuseOutfile(): never {
  throw new EngineError(358, 'INTO_OUTFILE_NOT_ALLOWED', 'INTO OUTFILE is not allowed');
}

/** A server reads no files of its clients. */
export function refuseInfile(): never {
  throw new EngineError(48, 'NOT_IMPLEMENTED', 'FROM INFILE is not allowed: send the data with the request');
}
