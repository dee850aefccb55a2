import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { startServices } from '@pelton/embedded';
import { Client } from 'pg';
import { newDataDir, removeDataDir } from './pelton.js';

/** A real PostgreSQL of its own on a port of its own, to read from and write to. */
export interface SourcePostgres {
  config: { host: string; port: number; database: string; user: string };
  secrets: { password: string };
  client: Client;
  stop: () => Promise<void>;
}

/** The PostgreSQL that npm brings listens on a unix socket only; a port is bridged to it. */
export async function startPostgres(): Promise<SourcePostgres> {
  const dataDir = newDataDir();
  const unused = { mongodbUrl: 'mongodb://unused', clickhouseUrl: 'http://unused' };
  const services = await startServices({ dataDir, ...unused });
  const url = new URL(services.queueUrl);
  const socket = `${url.searchParams.get('host')}/.s.PGSQL.5432`;
  const bridge = await startBridge(socket);
  const login = { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  const config = { host: '127.0.0.1', port: bridge.port, database: 'postgres', user: login.user };
  const client = new Client({ ...config, ...login });
  await client.connect();
  return {
    config,
    secrets: { password: login.password },
    client,
    async stop() {
      await client.end();
      await bridge.stop();
      await services.stop();
      removeDataDir(dataDir);
    },
  };
}

async function startBridge(path: string): Promise<{ port: number; stop: () => Promise<void> }> {
  const open = new Set<Socket>();
  const server: Server = createServer((outside) => {
    const inside = connect(path);
    for (const [from, to] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      open.add(from);
      from.on('error', () => to.destroy()).on('close', () => open.delete(from));
      from.pipe(to);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const stop = async () => {
    const closed = once(server, 'close');
    server.close();
    for (const one of open) one.destroy();
    await closed;
  };
  return { port, stop };
}
