import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { POSTGRES_ENVIRONMENT } from './data-folder.js';
import type { PostgresUser } from './postgres-user.js';

export interface PostgresServer {
  /** Resolves with the reason when it ends by itself. */
  ended: Promise<string>;
  /** @param isHurried ends it without waiting for its clients */
  stop(isHurried: boolean): Promise<void>;
}

/** What a few queues of one machine need; the rest is PostgreSQL's own choice. */
const SETTINGS = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '200', // each queue and worker has a pool of its own
  shared_buffers: '32MB',
  max_wal_size: '256MB',
  io_method: 'sync',
  log_min_error_statement: 'panic', // statements hold people's data
};
const READY = 'ready to accept connections';
/** The last processes of a killed server go within a moment; until then they hold its shared memory. */
const REMAINS = 'pre-existing shared memory block';
const REMAINS_LIMIT_MS = 5_000;
const LOG_LENGTH = 2_000;

/** Starts PostgreSQL on a unix socket only. @throws Error with its own words when it does not come up */
export async function startPostgres(options: {
  binaries: string;
  data: string;
  socketFolder: string;
  user: PostgresUser;
}): Promise<PostgresServer> {
  for (const end = performance.now() + REMAINS_LIMIT_MS; ; await sleep(100)) {
    const server = launch(options);
    const failure = await server.started;
    if (failure === undefined) return server;
    if (!failure.includes(REMAINS) || performance.now() > end) throw new Error(failure);
  }
}

function launch({ binaries, data, socketFolder, user }: Parameters<typeof startPostgres>[0]) {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(join(binaries, 'postgres'), ['-D', data, '-k', socketFolder, ...settings], {
    ...user,
    env: POSTGRES_ENVIRONMENT,
    cwd: data,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true, // a signal to our process group is not for it
  });
  let log = '';
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`PostgreSQL ended with ${signal ?? code}: ${log}`));
  });
  const started = new Promise<string | undefined>((resolve) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-LOG_LENGTH);
      if (log.includes(READY)) resolve(undefined);
    });
    void ended.then(resolve);
  });
  return { started, ended, stop: (isHurried: boolean) => stop(child, ended, isHurried) };
}

/** SIGTERM lets clients leave, SIGINT ends them, SIGQUIT ends everything at once. */
const STEPS = [
  { signal: 'SIGTERM', afterMs: 0 },
  { signal: 'SIGINT', afterMs: 1_000 },
  { signal: 'SIGQUIT', afterMs: 6_000 },
] as const;

async function stop(child: ChildProcess, ended: Promise<string>, isHurried: boolean): Promise<void> {
  const startMs = isHurried ? 1_000 : 0; // as if the first second had passed
  const timers = STEPS.filter(({ afterMs }) => afterMs >= startMs).map(({ signal, afterMs }) =>
    setTimeout(() => child.kill(signal), afterMs - startMs),
  );
  await ended;
  for (const timer of timers) clearTimeout(timer);
}
