import { isNumber, toWhole } from '../bson/numbers.js';
import { type BsonDocument, isDocument } from '../bson/value.js';
import { valueKey } from '../bson/value-key.js';
import { badValue, CommandError } from '../command-error.js';
import type { Reply } from '../protocol/reply.js';
import { documentReply } from '../protocol/reply.js';
import type { Store } from '../store/store.js';
import type { Transaction } from '../store/transaction.js';

const sessionIdleMs = 30 * 60_000;
const transactionIdleMs = 60_000;

type TransactionState =
  | { readonly kind: 'open'; readonly transaction: Transaction }
  | { readonly kind: 'committed'; readonly outcome: Promise<void> }
  | { readonly kind: 'aborted' };

interface Session {
  number: bigint;
  lastUsedAt: number;
  /** The answer to the write of this number, given again when the write is sent again. */
  reply?: Promise<Reply> | undefined;
  state?: TransactionState | undefined;
}

/** Runs a command, in a transaction if one is given. */
export type Execute = (transaction: Transaction | undefined) => Promise<Reply>;

/** What may run inside a transaction. */
const transactional = new Set(
  'find aggregate distinct insert update delete findandmodify getmore killcursors'.split(' '),
);

/** Clients' sessions: a write that is sent again is not applied again, and transactions keep their changes together. */
export class Sessions {
  private readonly sessions = new Map<string, Session>();

  constructor(private readonly store: Store) {}

  /**
   * Runs a command as its session demands.
   * @param name the command's name in lower case
   * @throws TransactionTooOld for a number below one that was seen
   * @throws NoSuchTransaction for a transaction that is not open
   */
  async run(name: string, command: BsonDocument, execute: Execute): Promise<Reply> {
    const lsid = command['lsid'];
    const txnNumber = command['txnNumber'];
    if (!isDocument(lsid) || !isNumber(txnNumber)) return execute(undefined);
    const number = toWhole(txnNumber) ?? -1n;
    const session = this.session(valueKey(lsid['id']));
    if (number < session.number) throw new CommandError('TransactionTooOld', `txnNumber ${number} is too old`);
    if (command['autocommit'] === false) return this.runInTransaction(session, number, name, command, execute);
    if (number === session.number && session.reply) return session.reply;
    this.advance(session, number);
    const reply = execute(undefined);
    session.reply = reply;
    // a refusal has changed nothing, so the same write may be tried again
    reply.catch(() => {
      if (session.reply === reply) session.reply = undefined;
    });
    return reply;
  }

  /** Forgets sessions and ends their transactions. */
  end(ids: readonly unknown[]): void {
    for (const id of ids) {
      const key = isDocument(id) ? valueKey(id['id']) : '';
      const session = this.sessions.get(key);
      if (session) abort(session);
      this.sessions.delete(key);
    }
  }

  /** Ends what was left behind: transactions after a minute, sessions after half an hour. */
  sweep(now: number): void {
    for (const [key, session] of this.sessions) {
      const idleMs = now - session.lastUsedAt;
      if (idleMs > transactionIdleMs) abort(session);
      if (idleMs > sessionIdleMs) this.sessions.delete(key);
    }
  }

  private session(key: string): Session {
    let session = this.sessions.get(key);
    if (!session) this.sessions.set(key, (session = { number: -1n, lastUsedAt: 0 }));
    session.lastUsedAt = Date.now();
    return session;
  }

  private async runInTransaction(
    session: Session,
    number: bigint,
    name: string,
    command: BsonDocument,
    execute: Execute,
  ): Promise<Reply> {
    if (command['startTransaction'] === true) {
      if (number === session.number && session.state) throw badValue(`transaction ${number} has already been started`);
      this.advance(session, number);
      session.state = { kind: 'open', transaction: this.store.beginTransaction() };
    }
    const state = number === session.number ? session.state : undefined;
    if (name === 'committransaction') return this.commit(session, state);
    if (state?.kind !== 'open') throw noSuchTransaction(number);
    if (name === 'aborttransaction') {
      abort(session);
      return documentReply({ ok: 1 });
    }
    if (!transactional.has(name)) throw badValue(`Cannot run '${name}' in a multi-document transaction`);
    try {
      return await execute(state.transaction);
    } catch (error) {
      abort(session);
      throw error;
    }
  }

  private async commit(session: Session, state: TransactionState | undefined): Promise<Reply> {
    if (state?.kind === 'open') {
      const outcome = this.store.commitTransaction(state.transaction);
      session.state = { kind: 'committed', outcome };
      outcome.catch(() => {
        session.state = { kind: 'aborted' };
      });
      await outcome;
    } else if (state?.kind === 'committed') await state.outcome;
    else throw noSuchTransaction(session.number);
    return documentReply({ ok: 1 });
  }

  private advance(session: Session, number: bigint): void {
    if (session.state?.kind === 'open') abort(session);
    session.number = number;
    session.reply = undefined;
    session.state = undefined;
  }
}

function abort(session: Session): void {
  if (session.state?.kind !== 'open') return;
  session.state.transaction.end();
  session.state = { kind: 'aborted' };
}

function noSuchTransaction(number: bigint): CommandError {
  return new CommandError('NoSuchTransaction', `Transaction ${number} is not in progress`, {
    labels: ['TransientTransactionError'],
  });
}
