import { mkdtempSync, rmSync } from 'node:fs';
import { ClickHouseLogLevel, type ClickHouseClient, createClient } from '@clickhouse/client';
import { afterAll, beforeAll } from 'vitest';
import { type Services, startServices } from '../start-services.js';

type ClientOptions = Parameters<typeof createClient>[0];

/** A warehouse of its own for all tests of a file, seen by both of its users through the stock client. */
export interface TestWarehouse {
  folder: string;
  /** The process that the engine runs in. */
  pid: number;
  url: string;
  readerUrl: string;
  admin: ClickHouseClient;
  reader: ClickHouseClient;
  /** Opens another client; closed at the end. */
  connect: (url: string, options?: ClientOptions) => ClickHouseClient;
  /** Runs a SELECT as admin. */
  rows: <T = Record<string, unknown>>(query: string) => Promise<T[]>;
  /** Runs a statement as admin. */
  run: (statement: string) => Promise<void>;
}

export function useWarehouse(): TestWarehouse {
  const folder = mkdtempSync('/tmp/pe-');
  const clients: ClickHouseClient[] = [];
  const connect = (url: string, options: ClientOptions = {}) => {
    const client = createClient({ url, log: { level: ClickHouseLogLevel.OFF }, ...options });
    clients.push(client);
    return client;
  };
  const warehouse = { folder, connect, rows, run } as TestWarehouse; // the rest comes with the services
  let services: Services | undefined;

  beforeAll(async () => {
    const log = (_event: string, facts: { pid?: number }) => (warehouse.pid = facts.pid ?? warehouse.pid);
    services = await startServices({
      dataDir: folder,
      mongodbUrl: 'mongodb://unused',
      queueUrl: 'redis://unused',
      log,
    });
    warehouse.url = services.clickhouseUrl;
    warehouse.readerUrl = services.clickhouseReaderUrl ?? '';
    warehouse.admin = connect(warehouse.url);
    warehouse.reader = connect(warehouse.readerUrl);
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await services?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });
  return warehouse;

  async function rows<T>(query: string): Promise<T[]> {
    return (await warehouse.admin.query({ query, format: 'JSONEachRow' })).json<T>();
  }

  async function run(query: string): Promise<void> {
    await warehouse.admin.command({ query });
  }
}
