import { LIMITS } from '@pelton/contract';
import { KEY_NAMES } from '../key-in-body.js';

const COVERED = '•••';
const COVER: ReadonlySet<string> = new Set([...KEY_NAMES, 'password', 'secret', 'authorization', 'access_token']);

/** A call as JSON for people to read, with keys and what is named like a secret covered. */
export function asSent(call: unknown): string {
  try {
    const text = JSON.stringify(call, cover, 2) ?? 'null';
    return text.replace(OWN_KEY, COVERED).slice(0, LIMITS.eventBytes);
  } catch {
    return ''; // nested too deeply to be written
  }
}

function cover(name: string, value: unknown): unknown {
  return COVER.has(name) && typeof value === 'string' && value !== '' ? COVERED : value;
}

/** A key of this product, wherever it stands. */
const OWN_KEY = /pk_[\w-]{43}/g;
