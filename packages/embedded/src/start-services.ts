import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { EmbeddedError } from './errors.js';
import type { ChildService } from './lifecycle/child-service.js';
import { lockFolder } from './lifecycle/folder-lock.js';
import { inUse } from './lifecycle/take-folder.js';
import { startDocuments, startQueue, startWarehouse } from './services.js';

/** Which services exist already, where the others keep their data, and who wants to know of their deaths. */
export interface StartOptions {
  /** The folder of everything that the local services store; made when it is not there. */
  dataDir: string;
  mongodbUrl?: string | undefined;
  queueUrl?: string | undefined;
  clickhouseUrl?: string | undefined;
  /** Goes with `clickhouseUrl`; a local warehouse has a reader of its own. */
  clickhouseReaderUrl?: string | undefined;
  /** Called with an event name such as `service.ready`, and facts without secrets. */
  log?: (event: string, facts: object) => void;
  /** Called when a service died although nobody stopped it; it is started again by itself until it dies too often. */
  onExit?: (service: string, reason: string) => void;
}

/** Where the three services answer, with credentials; and the way to end those that were started here. */
export interface Services {
  mongodbUrl: string;
  queueUrl: string;
  clickhouseUrl: string;
  /** A user of the warehouse who may only read; undefined when a foreign warehouse was given without one. */
  clickhouseReaderUrl: string | undefined;
  /** Ends the services that were started here. Call it last, when nothing uses them any more. */
  stop(): Promise<void>;
}

/**
 * Starts those of the three services whose URL is not given, each in a child process of its own that speaks the
 * production protocol, and keeps them running under the same URL.
 * @throws EMBEDDED_IN_USE when another Pelton uses the folder
 * @throws EMBEDDED_UNSUPPORTED where there is no local service for this system
 * @throws EMBEDDED_FOLDER_UNREACHABLE, EMBEDDED_NOT_STARTED with the reason and what to do
 */
export async function startServices(options: StartOptions): Promise<Services> {
  const { mongodbUrl, queueUrl, clickhouseUrl, clickhouseReaderUrl } = options;
  if (mongodbUrl && queueUrl && clickhouseUrl) {
    return { mongodbUrl, queueUrl, clickhouseUrl, clickhouseReaderUrl, stop: async () => {} };
  }
  refuseWindows();
  const folder = openFolder(options.dataDir);
  const lock = await lockFolder(folder);
  if (lock.kind === 'held') throw inUse(folder, lock.holder.pid);

  const children: ChildService[] = [];
  const stop = async () => {
    await Promise.all(children.map((child) => child.stop()));
    lock.release();
  };
  const keep = async <T extends ChildService>(starting: Promise<T>): Promise<T> => {
    const child = await starting;
    children.push(child);
    return child;
  };

  const context = { folder, log: options.log ?? (() => {}), onExit: options.onExit ?? (() => {}) };
  const starting = [
    mongodbUrl ? given(mongodbUrl) : keep(startDocuments(context)),
    queueUrl ? given(queueUrl) : keep(startQueue(context)),
    clickhouseUrl ? given(clickhouseUrl, clickhouseReaderUrl) : keep(startWarehouse(context)),
  ] as const;
  try {
    const [documents, queue, warehouse] = await Promise.all(starting);
    return {
      mongodbUrl: documents.url,
      queueUrl: queue.url,
      clickhouseUrl: warehouse.url,
      clickhouseReaderUrl: warehouse.readerUrl,
      stop,
    };
  } catch (error) {
    await Promise.allSettled(starting); // one that is still starting has to be stopped too
    await stop();
    throw error;
  }
}

async function given(url: string, readerUrl?: string): Promise<{ url: string; readerUrl: string | undefined }> {
  return { url, readerUrl };
}

function refuseWindows(): void {
  if (process.platform !== 'win32') return;
  const message =
    'Pelton has no local services on Windows. Run it in WSL 2, or set PELTON_MONGODB_URL, PELTON_QUEUE_URL and ' +
    'PELTON_CLICKHOUSE_URL to servers elsewhere.';
  throw new EmbeddedError('EMBEDDED_UNSUPPORTED', message, { platform: process.platform });
}

function openFolder(dataDir: string): string {
  const folder = resolve(dataDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // As root, PostgreSQL runs as another user, who has to pass this folder to reach its own.
  if (process.getuid?.() === 0) chmodSync(folder, statSync(folder).mode | 0o011);
  return folder;
}
