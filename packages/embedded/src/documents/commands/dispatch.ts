import { type BsonDocument } from '../bson/value.js';
import { CommandError } from '../command-error.js';
import { Pace } from '../pace.js';
import type { Request } from '../protocol/message.js';
import { documentReply, encodeReply, type Reply } from '../protocol/reply.js';
import { aggregateCommands } from './aggregate.js';
import { numberAt } from './arguments.js';
import { catalogueCommands } from './catalogue.js';
import type { Connection, Handlers, ServerState } from './context.js';
import { countCommands } from './count.js';
import { findAndModifyCommands } from './find-and-modify.js';
import { findCommands } from './find.js';
import { handshakeCommands, openCommands } from './handshake.js';
import { indexCommands } from './indexes.js';
import { insertCommands } from './insert.js';
import { updateCommands } from './update.js';

const handlers: Handlers = {
  ...aggregateCommands,
  ...catalogueCommands,
  ...countCommands,
  ...findAndModifyCommands,
  ...findCommands,
  ...handshakeCommands,
  ...indexCommands,
  ...insertCommands,
  ...updateCommands,
  // the session does these two itself, and refuses them outside of a transaction here
  aborttransaction: () => {
    throw new CommandError('NoSuchTransaction', 'there is no transaction to abort');
  },
  committransaction: () => {
    throw new CommandError('NoSuchTransaction', 'there is no transaction to commit');
  },
};

const reads = new Set(['find', 'getmore', 'aggregate', 'count', 'distinct', 'explain']);

/** The message that answers a request; every refusal and failure becomes an error answer. */
export async function answerRequest(request: Request, connection: Connection, state: ServerState): Promise<Buffer> {
  try {
    return encodeReply(request, await runCommand(request, connection, state));
  } catch (error) {
    return encodeReply(request, documentReply(errorAnswer(error)));
  }
}

async function runCommand({ command, sequences }: Request, connection: Connection, state: ServerState): Promise<Reply> {
  const [written = ''] = Object.keys(command);
  const name = written.toLowerCase();
  const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
  if (!handler) throw new CommandError('CommandNotFound', `no such command: '${written}'`);
  if (!connection.isAuthenticated && !openCommands.has(name)) {
    throw new CommandError('Unauthorized', `Command ${written} requires authentication`);
  }
  const database = command['$db'];
  if (typeof database !== 'string') throw new CommandError('InvalidNamespace', 'a command needs a $db');
  const pace = new Pace();
  // writes go on when their client has left: half of them would help nobody
  const isRead = reads.has(name);
  pace.begin(numberAt(command, 'maxTimeMS') ?? 0, () => isRead && connection.isClosed);
  const { store, cursors, sessions, authenticator, address } = state;
  const shared = { connection, database, sequences, pace };
  return sessions.run(name, command, async (transaction) =>
    // written out, because spreading the state for every command shows in profiles
    handler(command, { store, cursors, sessions, authenticator, address, transaction, ...shared }),
  );
}

function errorAnswer(error: unknown): BsonDocument {
  if (!(error instanceof CommandError)) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: 0, errmsg: message, code: 8, codeName: 'UnknownError' };
  }
  const { message, code, codeName, extra, labels } = error;
  return { ok: 0, errmsg: message, code, codeName, ...extra, ...(labels.length > 0 && { errorLabels: labels }) };
}
