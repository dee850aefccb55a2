import { startServices } from '@pelton/embedded';
import { Client } from 'pg';
import { startBridge } from './bridge.js';
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
