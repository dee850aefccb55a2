import { AppError, isAppError } from '@pelton/sdk';
import type { RequestInit, Response } from 'undici';
import { checkLiteral, guardedLookup } from './guard.js';

const CONNECT_MS = 10_000;
const SILENCE_MS = 60_000;

/** Asks servers that a member names. */
export interface Outgoing {
  /**
   * One request; a redirect is an answer like any other, so that its target can be checked too.
   * @throws ADDRESS_NOT_ALLOWED, or CONNECTION_FAILED when no answer came
   */
  ask(url: URL, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/**
 * A client that connects only to the addresses that it checked.
 * @param connection what a person calls the server, for errors
 * @param allowPrivate whether addresses of the own network are allowed
 */
export async function openOutgoing(options: { connection: string; allowPrivate: boolean }): Promise<Outgoing> {
  const { Agent, fetch } = await import('undici'); // takes a tenth of a second, which a start need not
  const { connection, allowPrivate } = options;
  const agent = new Agent({
    connect: { lookup: guardedLookup(allowPrivate), timeout: CONNECT_MS },
    headersTimeout: SILENCE_MS,
    bodyTimeout: SILENCE_MS,
  });
  return {
    async ask(url, init = {}) {
      checkLiteral(url.hostname, allowPrivate);
      try {
        return await fetch(url, { ...init, dispatcher: agent, redirect: 'manual' });
      } catch (error) {
        throw explainFailure(connection, error);
      }
    },
    close: () => agent.destroy(),
  };
}

/** What a failed request or a body that broke off means, as an expected error. */
export function explainFailure(connection: string, error: unknown): AppError {
  if (isAppError(error)) return error;
  const cause = error instanceof Error && error.cause ? error.cause : error;
  if (isAppError(cause)) return cause;
  return new AppError('CONNECTION_FAILED', { connection, reason: `${reasonOf(cause)}.` }, { cause: error });
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ECONNREFUSED') return 'nothing listens there. Check the address';
  if (code === 'ENOTFOUND') return 'this name is not known. Check the address';
  if (/TIMEOUT|ETIMEDOUT/.test(code)) return 'it does not answer in time';
  return error instanceof Error ? error.message : String(error);
}
