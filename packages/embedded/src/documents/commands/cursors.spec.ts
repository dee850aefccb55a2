import { type AggregationCursor, type FindCursor, Long } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { useServer } from '../testing/use-server.js';

describe('a cursor', () => {
  const server = useServer();
  const thousand = Array.from({ length: 1000 }, (_, i) => ({ _id: i, n: i % 7 }));

  it.each([3, 101, 1000, 5000])('hands out everything once in batches of %i', async (batchSize) => {
    const collection = await server.seed(thousand);
    const ids = await collection
      .find({}, { batchSize })
      .map(({ _id }) => _id)
      .toArray();
    expect(ids).toEqual(thousand.map(({ _id }) => _id));
    const grouped = await collection.aggregate([{ $match: { n: 3 } }], { batchSize }).toArray();
    expect(grouped.length).toBe(143);
  });

  it('hands out what a limit leaves, and a single batch', async () => {
    const collection = await server.seed(thousand);
    expect((await collection.find().limit(250).batchSize(100).toArray()).length).toBe(250);
    const single = await server.database.command({ find: collection.collectionName, limit: 5, singleBatch: true });
    expect(String((single['cursor'] as { id: unknown }).id)).toBe('0');
  });

  it('goes on past documents that are removed and changed meanwhile', async () => {
    const collection = await server.seed(thousand);
    await collection.createIndex({ n: 1 });
    const cursor = collection.find({ n: { $gte: 0 } }, { batchSize: 10 });
    const seen = new Set<unknown>();
    for await (const { _id } of cursor) {
      seen.add(_id);
      if (seen.size === 20) await collection.deleteMany({ _id: { $gte: 500 } });
    }
    expect([...seen].filter((id) => (id as number) < 500).length).toBe(500);
  });

  it('splits batches by bytes, so that every message fits', async () => {
    const collection = await server.seed([]);
    for (let i = 0; i < 4; i++)
      await collection.insertMany(Array.from({ length: 10 }, () => ({ text: 'x'.repeat(1_000_000) })));
    expect((await collection.find().batchSize(1000).toArray()).length).toBe(40);
  });

  it('holds a document of nearly 16 MB and refuses one above', async () => {
    const collection = await server.seed([]);
    await collection.insertOne({ _id: 1, text: 'x'.repeat(16_000_000) });
    expect((await collection.findOne({ _id: 1 }))?.['text']).toHaveLength(16_000_000);
    const grow = collection.updateOne({ _id: 1 }, { $set: { more: 'x'.repeat(1_000_000) } });
    await expect(grow).rejects.toMatchObject({ code: 10334 });
    const double = collection.updateOne({ _id: 1 }, [{ $set: { text: { $concat: ['$text', '$text'] } } }]);
    await expect(double).rejects.toMatchObject({ code: 10334 });
    await collection.insertOne({ _id: 2, text: 'y'.repeat(1_000_000) });
    await expect(collection.distinct('text')).rejects.toMatchObject({ code: 10334 });
  });

  it.each<[string, (name: string) => FindCursor | AggregationCursor]>([
    ['find', (name) => server.database.collection(name).find({}, { batchSize: 2 })],
    ['aggregate', (name) => server.database.collection(name).aggregate([{ $match: {} }], { batchSize: 2 })],
  ])('of %s is gone when it was killed', async (_name, open) => {
    const { collectionName } = await server.seed(thousand);
    const cursor = open(collectionName);
    await cursor.next();
    const { id } = cursor as unknown as { id: Long };
    await server.database.command({ killCursors: collectionName, cursors: [id] });
    await cursor.next();
    await expect(cursor.next()).rejects.toMatchObject({ code: 43 });
  });
});
