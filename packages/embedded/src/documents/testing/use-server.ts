import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Collection, type Db, type Document, MongoClient, type MongoClientOptions, type ObjectId } from 'mongodb';
import { afterAll, beforeAll } from 'vitest';
import { type DocumentServer, startDocumentServer } from '../server.js';

/** A folder of its own for a test, with a path short enough for a socket in it. */
export function makeFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'pd-'));
}

/** A document with an `_id` of any of the types that the tests use. */
export interface AnyDocument extends Document {
  _id?: number | string | ObjectId;
}

/** A document server for the tests of one file, and an unmodified driver that is connected to it. */
export interface TestServer {
  readonly url: string;
  readonly socket: string;
  readonly client: MongoClient;
  readonly database: Db;
  /** A collection that no other test uses, with some documents in it. */
  seed(documents: readonly Document[]): Promise<Collection<AnyDocument>>;
}

/** Starts a server before the tests of a file and removes it behind them. */
export function useServer(sweepIntervalMs?: number, clientOptions: MongoClientOptions = {}): TestServer {
  let folder: string;
  let server: DocumentServer;
  let client: MongoClient;
  let lastCollection = 0;
  beforeAll(async () => {
    folder = await makeFolder();
    server = await startDocumentServer({
      dataDir: join(folder, 'data'),
      listen: join(folder, 's.sock'),
      survivesPowerLoss: false,
      ...(sweepIntervalMs !== undefined && { sweepIntervalMs }),
    });
    client = await MongoClient.connect(server.url, { serverSelectionTimeoutMS: 5000, ...clientOptions });
  });
  afterAll(async () => {
    await client.close();
    await server.stop();
    await rm(folder, { recursive: true });
  });
  return {
    get url() {
      return server.url;
    },
    get socket() {
      return join(folder, 's.sock');
    },
    get client() {
      return client;
    },
    get database() {
      return client.db('test');
    },
    async seed(documents) {
      const collection = client.db('test').collection<AnyDocument>(`c${++lastCollection}`);
      // copies, because the driver adds an `_id` to what it inserts, and tables of cases are shared
      if (documents.length > 0) await collection.insertMany(documents.map((document) => ({ ...document })));
      return collection;
    },
  };
}
