import { connect, isIP, Socket } from 'node:net';
import { connect as connectEncrypted, type ConnectionOptions } from 'node:tls';
import { isAppError } from '@pelton/sdk';
import { checkLiteral, guardedLookup } from './guard.js';

const KEEP_ALIVE_MS = 60_000;

/** Where a socket goes. */
export interface SocketTarget {
  host: string;
  port: number;
  /** Whether addresses of the own network are allowed. */
  allowPrivate: boolean;
  /** How it is encrypted; left out, it is not. */
  tls?: ConnectionOptions;
}

/**
 * A socket, for protocols other than HTTP, that connects only to an address that was checked. What is refused is its
 * error, ADDRESS_NOT_ALLOWED, as it is when nothing listens there.
 */
export function openSocket({ host, port, allowPrivate, tls }: SocketTarget, onConnect: () => void): Socket {
  try {
    checkLiteral(host, allowPrivate);
  } catch (refusal) {
    if (isAppError(refusal)) return refused(refusal);
    throw refusal;
  }
  const target = { host, port, lookup: guardedLookup(allowPrivate) };
  const name = isIP(host) === 0 ? { servername: host } : {};
  const socket = tls ? connectEncrypted({ ...target, ...name, ...tls }, onConnect) : connect(target, onConnect);
  return socket.setKeepAlive(true, KEEP_ALIVE_MS);
}

/** It fails only after the caller has had a chance to listen for it. */
function refused(refusal: Error): Socket {
  const socket = new Socket();
  process.nextTick(() => socket.destroy(refusal));
  return socket;
}
