import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../testing/wait-for.js';
import { startDocumentServer } from './server.js';
import { compileServer, type ServerProcess, startProcess } from './testing/server-process.js';
import { makeFolder } from './testing/use-server.js';

interface Item {
  _id: string;
  value: string;
}

describe('a server that is killed', () => {
  let folder: string;
  let entry: string;
  beforeAll(async () => {
    folder = await makeFolder();
    entry = await compileServer(folder);
  });
  afterAll(() => rm(folder, { recursive: true }));

  function optionsFor(name: string): { dataDir: string; listen: string } {
    return { dataDir: join(folder, name), listen: join(folder, `${name}.sock`) };
  }

  /**
   * A client that does not send a write again, which would hide whether the first was kept, and that soon gives up looking
   * for a server that has gone. A busy machine may take longer than that for the first answer.
   */
  function connect({ url }: ServerProcess): Promise<MongoClient> {
    const options = { retryWrites: false, serverSelectionTimeoutMS: 1000 };
    return waitFor('the server answers', () => MongoClient.connect(url, options).catch(() => undefined));
  }

  /** Writes until the server has gone, then resolves. */
  async function writeOn(writers: number, write: (writer: number, i: number) => Promise<unknown>): Promise<void> {
    const one = async (writer: number) => {
      for (let i = 0; ; i++) await write(writer, i);
    };
    await Promise.allSettled(Array.from({ length: writers }, (_, writer) => one(writer)));
  }

  it('has every document that it acknowledged, and no half of one', async () => {
    const options = optionsFor('inserts');
    const acknowledged = new Set<string>();
    for (let round = 0; round < 3; round++) {
      const server = await startProcess(entry, options);
      const client = await connect(server);
      const items = client.db('d').collection<Item>('items');
      const stored = await items.find().toArray();
      const ids = new Set(stored.map(({ _id }) => _id));
      expect([...acknowledged].filter((id) => !ids.has(id))).toEqual([]);
      expect(stored.every(({ value }) => value.length === 200)).toBe(true);
      const before = acknowledged.size;
      const writing = writeOn(20, async (writer, i) => {
        const _id = `${round}-${writer}-${i}`;
        await items.insertOne({ _id, value: 'x'.repeat(200) });
        acknowledged.add(_id);
      });
      await expect.poll(() => acknowledged.size, { interval: 5 }).toBeGreaterThan(before + 400);
      await server.kill();
      await writing;
      await client.close();
    }
  });

  it('has all of a transaction or nothing, and all that it acknowledged', async () => {
    const options = optionsFor('transactions');
    const acknowledged = new Set<number>();
    let batch = 0;
    for (let round = 0; round < 3; round++) {
      const server = await startProcess(entry, options);
      const client = await connect(server);
      const items = client.db('d').collection('items');
      const groups = await items.aggregate([{ $group: { _id: '$batch', count: { $sum: 1 } } }]).toArray();
      expect(groups.filter(({ count }) => count !== 50)).toEqual([]);
      const stored = new Set(groups.map(({ _id }) => _id as unknown));
      expect([...acknowledged].filter((number) => !stored.has(number))).toEqual([]);
      const before = acknowledged.size;
      const writing = writeOn(1, async () => {
        const number = ++batch;
        const session = client.startSession();
        session.startTransaction();
        await items.insertMany(
          Array.from({ length: 50 }, () => ({ batch: number })),
          { session },
        );
        await session.commitTransaction();
        acknowledged.add(number);
      });
      await expect.poll(() => acknowledged.size, { interval: 2 }).toBeGreaterThan(before + 5);
      await server.kill();
      await writing;
      await client.close();
    }
  });

  it('keeps indexes in step with documents and makes no use of half an index', async () => {
    const options = optionsFor('indexes');
    const server = await startProcess(entry, options);
    const client = await connect(server);
    const items = client.db('d').collection('items');
    await items.insertMany(Array.from({ length: 20_000 }, (_, i) => ({ n: i % 100 })));
    const making = Promise.allSettled([items.createIndex({ n: 1 })]);
    const writing = writeOn(1, (_writer, i) => items.insertOne({ n: i % 100 }));
    const before = await items.estimatedDocumentCount();
    await expect.poll(() => items.estimatedDocumentCount(), { interval: 1 }).toBeGreaterThan(before);
    await server.kill();
    await Promise.all([making, writing]);
    await client.close();
    const again = await startProcess(entry, options);
    const reader = await connect(again);
    const stored = reader.db('d').collection('items');
    await stored.createIndex({ n: 1 });
    const all = await stored.countDocuments({}, { hint: { $natural: 1 } });
    expect(await stored.countDocuments({ n: { $gte: 0 } }, { hint: { n: 1 } })).toBe(all);
    expect(await stored.estimatedDocumentCount()).toBe(all);
    await reader.close();
    await again.kill();
  });

  it('gives its folder up, and a living one does not', async () => {
    const options = optionsFor('holder');
    const server = await startProcess(entry, options);
    const refusal = new RegExp(`is in use by process ${server.pid};`);
    const elsewhere = { ...options, listen: join(folder, 'other.sock') };
    await expect(startDocumentServer(elsewhere)).rejects.toThrow(refusal);
    await expect(startProcess(entry, elsewhere)).rejects.toThrow(refusal);
    await server.kill();
    const next = await startDocumentServer(options);
    await expect(startDocumentServer(elsewhere)).rejects.toThrow(/already open in this process/);
    await next.stop();
  });
});
