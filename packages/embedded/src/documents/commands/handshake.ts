import { type BsonDocument, isDocument } from '../bson/value.js';
import { CommandError } from '../command-error.js';
import { documentReply } from '../protocol/reply.js';
import { maxDocumentBytes } from '../bson/encoder.js';
import type { Connection, Context, Handler, Handlers, ServerState } from './context.js';

/** The largest message that `hello` allows: MongoDB's own limit. */
export const maxMessageBytes = 48_000_000;

const version = [7, 0, 0, 0];

/** Commands about the connection and the server, as drivers ask them before and beside their work. */
export const handshakeCommands: Handlers = {
  hello: (command, context) => documentReply({ ...hello(command, context), ok: 1 }),
  ismaster: (command, context) => documentReply({ ...hello(command, context), ismaster: true, ok: 1 }),
  ping: () => documentReply({ ok: 1 }),
  saslstart: (command, { authenticator, connection }) => {
    return documentReply({ ...startAuthentication(command, authenticator, connection), ok: 1 });
  },
  saslcontinue: continueAuthentication,
  logout: (_command, { authenticator, connection }) => {
    connection.isAuthenticated = authenticator === undefined;
    return documentReply({ ok: 1 });
  },
  connectionstatus: (_command, { authenticator, connection }) => {
    const users = authenticator && connection.isAuthenticated ? [{ user: authenticator.username, db: 'admin' }] : [];
    return documentReply({ authInfo: { authenticatedUsers: users, authenticatedUserRoles: [] }, ok: 1 });
  },
  buildinfo: () =>
    documentReply({
      version: version.slice(0, 3).join('.'),
      versionArray: version,
      gitVersion: 'embedded',
      modules: [],
      bits: 64,
      debug: false,
      maxBsonObjectSize: maxDocumentBytes,
      ok: 1,
    }),
  hostinfo: () => documentReply({ system: { currentTime: new Date() }, os: {}, extra: {}, ok: 1 }),
  serverstatus: (_command, { address }) =>
    documentReply({
      host: address,
      version: version.slice(0, 3).join('.'),
      process: 'embedded document server',
      pid: process.pid,
      uptime: Math.floor(process.uptime()),
      localTime: new Date(),
      mem: { resident: Math.round(process.memoryUsage.rss() / 2 ** 20) },
      ok: 1,
    }),
  getparameter: () => documentReply({ featureCompatibilityVersion: { version: '7.0' }, ok: 1 }),
  getcmdlineopts: () => documentReply({ argv: [], parsed: {}, ok: 1 }),
  endsessions: (command, { sessions }) => {
    sessions.end(listOf(command['endSessions']));
    return documentReply({ ok: 1 });
  },
  killsessions: (command, { sessions }) => {
    sessions.end(listOf(command['killSessions']));
    return documentReply({ ok: 1 });
  },
};

/** Commands that a connection may send before it has authenticated. */
export const openCommands: ReadonlySet<string> = new Set([
  'hello',
  'ismaster',
  'ping',
  'saslstart',
  'saslcontinue',
  'logout',
  'connectionstatus',
  'buildinfo',
]);

function hello(command: BsonDocument, { address, authenticator, connection }: Context): BsonDocument {
  const { speculativeAuthenticate, saslSupportedMechs } = command;
  return {
    helloOk: true,
    isWritablePrimary: true,
    secondary: false,
    // a set name is what makes drivers send retryable writes and transactions
    setName: 'rs0',
    setVersion: 1,
    hosts: [address],
    primary: address,
    me: address,
    maxBsonObjectSize: maxDocumentBytes,
    maxMessageSizeBytes: maxMessageBytes,
    maxWriteBatchSize: 100_000,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: 30,
    connectionId: connection.number,
    minWireVersion: 0,
    maxWireVersion: 21,
    readOnly: false,
    ...(saslSupportedMechs !== undefined && { saslSupportedMechs: ['SCRAM-SHA-256'] }),
    ...(isDocument(speculativeAuthenticate) && speculate(speculativeAuthenticate, authenticator, connection)),
  };
}

/** A driver may send its first authentication message with `hello`; one that cannot be used is left out silently. */
function speculate(
  command: BsonDocument,
  authenticator: ServerState['authenticator'],
  connection: Connection,
): BsonDocument {
  try {
    return { speculativeAuthenticate: startAuthentication(command, authenticator, connection) };
  } catch (error) {
    if (error instanceof CommandError) return {};
    throw error;
  }
}

function startAuthentication(
  command: BsonDocument,
  authenticator: ServerState['authenticator'],
  connection: Connection,
): BsonDocument {
  if (!authenticator) throw new CommandError('AuthenticationFailed', 'this server has no users');
  const { conversation, reply } = authenticator.start(command);
  connection.conversation = conversation;
  return reply;
}

function continueAuthentication(command: BsonDocument, { authenticator, connection }: Context): ReturnType<Handler> {
  const { conversation } = connection;
  if (!authenticator || !conversation) throw new CommandError('ProtocolError', 'No SASL session state found');
  try {
    const reply = authenticator.continue(conversation, command);
    if (conversation.isProven) connection.isAuthenticated = true;
    return documentReply({ ...reply, ok: 1 });
  } catch (error) {
    connection.conversation = undefined;
    throw error;
  }
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
