import type { BsonDocument } from '../bson/value.js';
import { CommandError } from '../command-error.js';

/** Collects the refusals of the statements of one write command. */
export class StatementErrors {
  private readonly errors: BsonDocument[] = [];
  private readonly isOrdered: boolean;

  /** @param endsAtFirst in a transaction one refusal is the refusal of the whole command */
  constructor(
    command: BsonDocument,
    private readonly endsAtFirst: boolean,
  ) {
    this.isOrdered = command['ordered'] !== false;
  }

  /** Whether the statements that are left must not run. */
  get isStopped(): boolean {
    return this.isOrdered && this.errors.length > 0;
  }

  /** The part of the answer that tells of refusals. */
  get fields(): BsonDocument {
    return this.errors.length > 0 ? { writeErrors: this.errors } : {};
  }

  /** Runs a statement and notes a refusal. */
  attempt(index: number, statement: () => void): void {
    try {
      statement();
    } catch (error) {
      this.note(index, error);
    }
  }

  /** Notes a refusal; any other error goes on. */
  note(index: number, error: unknown): void {
    if (!(error instanceof CommandError) || this.endsAtFirst) throw error;
    const { code, codeName, message, extra } = error;
    this.errors.push({ index, code, codeName, errmsg: message, ...extra });
  }
}
