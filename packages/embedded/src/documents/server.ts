import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Authenticator } from './commands/authentication.js';
import type { ServerState } from './commands/context.js';
import { Cursors } from './commands/cursors.js';
import { Sessions } from './commands/sessions.js';
import { removeExpired } from './commands/expiry.js';
import { serveConnection } from './connection.js';
import { connectionUrl, type Credentials, hostText, type ListenAddress, parseListenAddress } from './listen-address.js';
import { Store } from './store/store.js';

/** What the document server is started with. */
export interface DocumentServerOptions {
  /** The folder that keeps the documents; one server at a time. */
  readonly dataDir: string;
  /** The path of a unix socket, `host:port` on loopback, or a port on 127.0.0.1; port 0 takes a free one. */
  readonly listen: string | number;
  /** Needed on a port; a socket is kept from others by its file mode. */
  readonly username?: string;
  readonly password?: string;
  /**
   * Whether an answer waits until the write is on the disk itself, which is the default. Without it a write still
   * survives the end of the process, but a loss of power can spoil the folder: for tests only.
   */
  readonly survivesPowerLoss?: boolean;
  /** How often expired documents are removed. */
  readonly sweepIntervalMs?: number;
}

/** A document server that answers. */
export interface DocumentServer {
  /** `mongodb://` with what a driver needs to connect and log in. */
  readonly url: string;
  /** Ends all connections and closes the folder; everything that was acknowledged is on disk. */
  stop(): Promise<void>;
}

/**
 * Starts the document server on a folder; resolves when it answers.
 * @throws Error when the folder is in use by another process, or the address is not free or not acceptable
 */
export async function startDocumentServer(options: DocumentServerOptions): Promise<DocumentServer> {
  const wanted = parseListenAddress(options.listen);
  const credentials = credentialsOf(options, wanted);
  const store = await Store.open(options.dataDir, options.survivesPowerLoss ?? true);
  try {
    const sockets = new Set<Socket>();
    const server = createServer({ noDelay: true });
    const address = await listen(server, wanted);
    const state: ServerState = {
      store,
      cursors: new Cursors(),
      sessions: new Sessions(store),
      authenticator: credentials && new Authenticator(credentials.username, credentials.password),
      address: hostText(address),
    };
    const served = new Set<Promise<void>>();
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      const service = serveConnection(socket, state).finally(() => served.delete(service));
      served.add(service);
    });
    const sweep = startSweeping(state, options.sweepIntervalMs ?? 30_000);
    return {
      url: connectionUrl(address, credentials),
      async stop() {
        await sweep.stop();
        const closed = new Promise((resolve) => server.close(resolve));
        for (const socket of sockets) socket.destroy();
        await closed;
        await Promise.all(served);
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function credentialsOf(
  { username, password }: DocumentServerOptions,
  { kind }: ListenAddress,
): Credentials | undefined {
  if (username && password) return { username, password };
  if (kind === 'port') throw new Error('a document server on a port needs a username and a password');
  return undefined;
}

async function listen(server: Server, address: ListenAddress): Promise<ListenAddress> {
  if (address.kind === 'socket') await clearSocket(address.path);
  const isListening = once(server, 'listening');
  if (address.kind === 'socket') listenPrivately(server, address.path);
  else server.listen(address.port, address.host);
  await isListening;
  const bound = server.address();
  if (address.kind === 'socket' || typeof bound !== 'object' || !bound) return address;
  return { ...address, port: bound.port };
}

/** Makes the socket file with mode 0600 from its first moment; it is made within the call. */
function listenPrivately(server: Server, path: string): void {
  const umask = process.umask(0o177);
  try {
    server.listen(path);
  } finally {
    process.umask(umask);
  }
}

/** Removes the socket file of a server that died; one that answers is left alone. */
async function clearSocket(path: string): Promise<void> {
  const isServed = await new Promise<boolean>((resolve) => {
    const probe = connect(path, () => resolve(true));
    probe.once('error', () => resolve(false));
    probe.once('connect', () => probe.destroy());
  });
  if (isServed) throw new Error(`another process already serves ${path}`);
  rmSync(path, { force: true });
}

/** Removes from time to time what has expired: documents, cursors, transactions and sessions. */
function startSweeping(state: ServerState, intervalMs: number): { stop(): Promise<void> } {
  let running = Promise.resolve();
  let isStopped = false;
  const timer = setInterval(() => {
    running = running
      .then(() => sweep(state, () => isStopped))
      .catch((error: unknown) => {
        process.emitWarning(`documents.sweep failed: ${String(error)}`);
      });
  }, intervalMs);
  timer.unref();
  return {
    stop() {
      isStopped = true;
      clearInterval(timer);
      return running;
    },
  };
}

async function sweep(state: ServerState, isStopped: () => boolean): Promise<void> {
  if (isStopped()) return;
  const now = Date.now();
  state.sessions.sweep(now);
  await state.cursors.sweep(now);
  await removeExpired(state, new Date(now), isStopped);
}
