import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EmbeddedError } from './errors.js';
import { type ChildService, startChildService } from './lifecycle/child-service.js';
import { findFreePort } from './lifecycle/free-port.js';
import type { ChildSpec } from './lifecycle/launch.js';

/** What every service is started with. */
export interface ServiceContext {
  /** The data folder, absolute; each service gets a folder below it. */
  folder: string;
  log: ChildSpec['log'];
  onExit: ChildSpec['onExit'];
}

const DOCUMENTS_USER = 'pelton';
const PORT_ATTEMPTS = 5;
/** A query holds a thread of Node's pool while it runs; the rest is for files and compression. */
const WAREHOUSE_THREADS = '48';

/** MongoDB's protocol on a loopback port. */
export function startDocuments(context: ServiceContext): Promise<ChildService> {
  const credentials = { username: DOCUMENTS_USER, password: newPassword() };
  return startOnFreePort((port) => describe(context, 'documents', { port, ...credentials }));
}

/** PostgreSQL on a unix socket. */
export function startQueue(context: ServiceContext): Promise<ChildService> {
  return startChildService(describe(context, 'queue', {}));
}

/** ClickHouse's HTTP protocol on a loopback port, for two users; the URL is the admin's. */
export async function startWarehouse(context: ServiceContext): Promise<ChildService & { readerUrl: string }> {
  const admin = { name: 'pelton', password: newPassword() };
  const reader = { name: 'pelton_reader', password: newPassword() };
  const environment = { UV_THREADPOOL_SIZE: WAREHOUSE_THREADS };
  const child = await startOnFreePort((port) => describe(context, 'warehouse', { port, admin, reader }, environment));
  const readerUrl = new URL(child.url);
  readerUrl.username = reader.name;
  readerUrl.password = reader.password;
  return { ...child, readerUrl: readerUrl.href };
}

/** The parent chooses the port, so that a child that is started again has the same one. */
async function startOnFreePort(describePort: (port: number) => ChildSpec): Promise<ChildService> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startChildService(describePort(await findFreePort()));
    } catch (error) {
      const isTaken = error instanceof EmbeddedError && error.facts['reason'] === 'EADDRINUSE';
      if (!isTaken || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

function describe(
  { folder, log, onExit }: ServiceContext,
  service: string,
  options: object,
  environment: NodeJS.ProcessEnv = {},
): ChildSpec {
  const own = join(folder, service);
  mkdirSync(own, { recursive: true, mode: 0o700 });
  return {
    service,
    entry: entryOf(service),
    folder: own,
    options,
    log,
    onExit,
    environment: { ...common(), ...environment },
  };
}

/** Tests run from the sources; Node runs only what was built from them. */
function entryOf(service: string): string {
  const here = fileURLToPath(new URL('.', import.meta.url));
  return join(here.replace(/([/\\])src([/\\])$/, '$1dist$2'), service, 'main.js');
}

/** Nothing of our own environment, which holds secrets, reaches the services. */
function common(): NodeJS.ProcessEnv {
  const { PATH, TMPDIR, NODE_ENV } = process.env;
  return { PATH, TMPDIR, NODE_ENV, TZ: 'UTC', LC_ALL: 'C' };
}

function newPassword(): string {
  return randomBytes(24).toString('base64url');
}
