import { rmSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runService } from '../lifecycle/run-service.js';
import { openEngine } from './engine/engine.js';
import type { User } from './http/authentication.js';
import type { QueryHost } from './http/query-host.js';
import { startHttpServer } from './http/http-server.js';
import { openReaderGate } from './run/reader-gate.js';
import { makePipes } from './run/pipes.js';
import { makeSlots } from './run/slots.js';

interface WarehouseOptions {
  port: number;
  admin: Account;
  reader: Account;
}

interface Account {
  name: string;
  password: string;
}

/** Together fewer than the threads of Node's pool, each of which a running query holds. */
const SLOTS = { admin: 24, reader: 8 };
/** Of the machine's memory; the rest is for the application and the system's file cache. */
const MEMORY_SHARE = 0.5;
const STOP_MS = 3_000;

runService<WarehouseOptions>(async (folder, { port, admin, reader }) => {
  const memoryBytes = Math.floor(availableMemory() * MEMORY_SHARE);
  const engine = await openEngine(folder, memoryBytes);
  const scratch = join(folder, 'run');
  const pipeOf = makePipes(scratch, SLOTS.admin + SLOTS.reader);
  const slots = { admin: makeSlots(0, SLOTS.admin), reader: makeSlots(SLOTS.admin, SLOTS.reader) };
  const accounts = new Map([account(admin, 'admin'), account(reader, 'reader')]);
  const gate = openReaderGate();
  const host: QueryHost = { engine, accounts, memoryBytes, slots, gate, pipeOf, scratch, labels: new Map() };
  const stopServer = await startHttpServer(host, port);
  return {
    url: `http://${admin.name}:${admin.password}@127.0.0.1:${port}`,
    async stop() {
      stopServer(); // queries of clients that are cut off are cancelled
      for (const end = performance.now() + STOP_MS; performance.now() < end; await sleep(10)) {
        if (host.labels.size === 0) break;
      }
      rmSync(scratch, { recursive: true, force: true });
      if (host.labels.size === 0) engine.close(); // what still runs ends with the process; the data is safe either way
    },
  };
});

function account({ name, password }: Account, user: User): [string, { user: User; password: string }] {
  return [name, { user, password }];
}

function availableMemory(): number {
  const constrained = process.constrainedMemory?.() ?? 0;
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
