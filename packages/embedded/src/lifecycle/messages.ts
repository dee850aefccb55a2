import type { EmbeddedErrorCode } from '../errors.js';
import type { ProcessIdentity } from './process-identity.js';

/** What the parent tells a child. */
export type ToChild = { kind: 'start'; folder: string; parent: ProcessIdentity; options: unknown } | { kind: 'stop' };

/** What a child tells its parent. */
export type ToParent =
  | { kind: 'ready'; url: string }
  | { kind: 'failed'; code: EmbeddedErrorCode; message: string; facts: Readonly<Record<string, unknown>> };
