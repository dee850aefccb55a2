import type { Engine } from '../engine/engine.js';
import type { ReaderGate } from '../run/reader-gate.js';
import type { Slots } from '../run/slots.js';
import type { Accounts, User } from './authentication.js';

/** The engine and what queries share. */
export interface QueryHost {
  engine: Engine;
  accounts: Accounts;
  /** What all queries together may use. */
  memoryBytes: number;
  /** Places for queries, so that the reader's cannot crowd out the others. */
  slots: Record<User, Slots>;
  gate: ReaderGate;
  /** The named pipe of a slot. */
  pipeOf: (slot: number) => string;
  /** A folder for bodies and results that are being collected. */
  scratch: string;
  /** The queries under way: the labels of their connections by the ids that clients gave. */
  labels: Map<string, string>;
}
