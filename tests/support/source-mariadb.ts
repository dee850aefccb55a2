import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Connection, createConnection } from 'mysql2/promise';
import { pathOf } from './installed.js';
import { newDataDir, removeDataDir } from './pelton.js';
import { startSocketServer } from './socket-server.js';

/** A real MariaDB of its own on a port of its own, to read from and write to. */
export interface SourceMariadb {
  config: { host: string; port: number; database: string; user: string };
  secrets: { password: string };
  /** The first user, who may do all. */
  client: Connection;
  stop: () => Promise<void>;
}

export const hasMariadb = pathOf('mariadbd') !== undefined;

/** Starts the MariaDB that this machine has installed, with an empty database and a user of it. */
export async function startMariadb(options: string[] = []): Promise<SourceMariadb> {
  const folder = newDataDir();
  const data = join(folder, 'data');
  const socket = join(folder, 'socket');
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
  const login = '--auth-root-authentication-method=normal';
  await promisify(execFile)(pathOf('mariadb-install-db') ?? 'mariadb-install-db', [
    ...['--no-defaults', ...asRoot, `--datadir=${data}`, login, '--skip-test-db'],
  ]);
  const server = await startSocketServer(
    pathOf('mariadbd') ?? 'mariadbd',
    ['--no-defaults', ...asRoot, `--datadir=${data}`, `--socket=${socket}`, '--skip-networking', ...options],
    socket,
  );
  const client = await createConnection({ socketPath: socket, user: 'root', multipleStatements: true });
  const password = 'mariadb-secret';
  await client.query(`CREATE DATABASE shop; CREATE USER pelton IDENTIFIED BY '${password}';
    GRANT ALL ON shop.* TO pelton; USE shop`);
  return {
    config: { host: '127.0.0.1', port: server.port, database: 'shop', user: 'pelton' },
    secrets: { password },
    client,
    async stop() {
      client.destroy();
      await server.stop();
      removeDataDir(folder);
    },
  };
}
