import type { Pace } from '../pace.js';
import type { BsonDocument } from '../bson/value.js';
import type { Reply } from '../protocol/reply.js';
import type { Reader } from '../query/match-records.js';
import type { Collection } from '../store/collection.js';
import type { Store } from '../store/store.js';
import type { Transaction } from '../store/transaction.js';
import type { Writer } from '../store/writer.js';
import type { Authenticator, Conversation } from './authentication.js';
import type { Cursors } from './cursors.js';
import type { Sessions } from './sessions.js';

/** One client connection. */
export interface Connection {
  readonly number: number;
  /** Where an authentication under way stands. */
  conversation?: Conversation | undefined;
  isAuthenticated: boolean;
  isClosed: boolean;
}

/** What all commands share. */
export interface ServerState {
  readonly store: Store;
  readonly cursors: Cursors;
  readonly sessions: Sessions;
  /** Undefined when whoever reaches the socket may do everything. */
  readonly authenticator: Authenticator | undefined;
  /** Where clients find the server, as `hello` says it. */
  readonly address: string;
}

/** What one command runs with. */
export interface Context extends ServerState, Reader {
  readonly connection: Connection;
  readonly database: string;
  /** Documents that came beside the command. */
  readonly sequences: ReadonlyMap<string, readonly Buffer[]>;
  readonly transaction: Transaction | undefined;
  readonly pace: Pace;
}

/** Answers a command; what it throws as a CommandError becomes the error answer. */
export type Handler = (command: BsonDocument, context: Context) => Promise<Reply> | Reply;

/** Handlers by the command's name in lower case. */
export type Handlers = Readonly<Record<string, Handler>>;

/**
 * Runs a change of one collection, which is made first if there is none of the name.
 * In a transaction it is staged, else the result comes when it is on disk.
 */
export async function changeCollection<T>(
  { store, transaction }: Context,
  name: string,
  change: (writer: Writer, collection: Collection) => T,
): Promise<T> {
  if (!transaction) return store.change(() => change(store.writer, store.ensureCollection(name)));
  const collection = store.collection(name) ?? (await store.change(() => store.ensureCollection(name)));
  return change(transaction, collection);
}
