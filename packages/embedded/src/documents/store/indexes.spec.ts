import { type Collection, type Document, Long } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { type AnyDocument, useServer } from '../testing/use-server.js';

interface Explained {
  readonly queryPlanner: { winningPlan: { stage: string; indexName?: string; isSorted: boolean } };
  readonly executionStats: { nReturned: number; totalDocsExamined: number };
}

async function explain(collection: Collection<AnyDocument>, filter: Document, sort: Document = {}): Promise<Explained> {
  return (await collection.find(filter).sort(sort).explain('executionStats')) as Explained;
}

describe('finding through an index', () => {
  const server = useServer();
  const outbox = Array.from({ length: 400 }, (_, i) => ({
    _id: i,
    projectId: i % 2,
    runId: i % 4,
    stepId: `s${i % 8}`,
    state: i % 16 < 8 ? 'waiting' : 'sent',
    at: new Date(i * 1000),
    tags: [i % 3, i % 5],
  }));

  async function indexed(key: Document, options: Document = {}): Promise<Collection<AnyDocument>> {
    const collection = await server.seed(outbox);
    await collection.createIndex(key as Record<string, 1>, { name: 'chosen', ...options });
    return collection;
  }

  it.each<[string, Document, number]>([
    ['all fields', { projectId: 1, runId: 1, stepId: 's1', state: 'waiting' }, 25],
    ['the first three', { projectId: 1, runId: 1, stepId: 's1' }, 50],
    ['the first two', { projectId: 1, runId: 1 }, 100],
    ['the first alone', { projectId: 1 }, 200],
    ['a list of values', { projectId: 1, runId: { $in: [1, 3] }, stepId: 's1' }, 50],
    ['values of another number type', { projectId: Long.fromNumber(1), runId: 1 }, 100],
    ['the first and a later one', { projectId: 1, state: 'waiting' }, 200],
    ['a range behind values', { projectId: 1, runId: { $gt: 1 } }, 100],
    ['an equal expression', { $expr: { $and: [{ $eq: ['$projectId', 1] }, { $eq: [1, '$runId'] }] } }, 100],
    ['conditions in $and', { $and: [{ projectId: 1 }, { runId: 1 }] }, 100],
  ])('looks only at what has %s', async (_name, filter, examined) => {
    const collection = await indexed({ projectId: 1, runId: 1, stepId: 1, state: 1 });
    const { queryPlanner, executionStats } = await explain(collection, filter);
    expect(queryPlanner.winningPlan.indexName).toBe('chosen');
    expect(executionStats.totalDocsExamined).toBe(examined);
    expect(executionStats.nReturned).toBe(await collection.countDocuments(filter, { hint: { $natural: 1 } }));
  });

  it.each<[string, Document, Document, Document, boolean]>([
    ['in the order of the index', { at: 1 }, {}, { at: 1 }, true],
    ['backwards', { at: 1 }, {}, { at: -1 }, true],
    [
      'behind fields with one value',
      { projectId: 1, state: 1, at: -1 },
      { projectId: 1, state: 'sent' },
      { at: -1 },
      true,
    ],
    ['behind fields with several values', { projectId: 1, at: 1 }, { projectId: { $in: [0, 1] } }, { at: 1 }, false],
    ['of two fields in opposite directions', { runId: 1, at: -1 }, {}, { runId: -1, at: 1 }, true],
    ['of two fields in directions that the index does not have', { runId: 1, at: -1 }, {}, { runId: 1, at: 1 }, false],
    ['of arrays', { tags: 1 }, {}, { tags: 1 }, false],
  ])('sorts %s', async (_name, key, filter, sort, isSorted) => {
    const collection = await indexed(key);
    const { queryPlanner } = await explain(collection, filter, sort);
    expect(queryPlanner.winningPlan.isSorted).toBe(isSorted);
    const order = { ...sort, _id: 1 } as Record<string, 1 | -1>;
    const ids = (options: Document) =>
      collection
        .find(filter, { ...options, sort: order })
        .map(({ _id }) => _id)
        .toArray();
    expect(await ids({})).toEqual(await ids({ hint: { $natural: 1 } }));
    const values = await collection
      .find(filter)
      .sort(sort as Record<string, 1>)
      .limit(7)
      .toArray();
    const expected = await collection
      .find(filter)
      .hint({ $natural: 1 })
      .sort(sort as Record<string, 1>)
      .limit(7)
      .toArray();
    const fields = Object.keys(sort).filter((field) => field !== 'tags');
    const shown = (documents: Document[]) =>
      documents.map((document) => fields.map((field) => document[field] as unknown));
    expect(shown(values)).toEqual(shown(expected));
  });

  it.each<[string, Document]>([
    ['an element', { tags: 2 }],
    ['a range that different elements may meet', { tags: { $gt: 1, $lt: 2 } }],
    ['elements of a list', { tags: { $in: [0, 4] } }],
  ])('finds documents of arrays once by %s', async (_name, filter) => {
    const collection = await indexed({ tags: 1 });
    const found = await collection.find(filter).sort({ _id: 1 }).toArray();
    const scanned = await collection.find(filter).hint({ $natural: 1 }).sort({ _id: 1 }).toArray();
    expect(found).toEqual(scanned);
    expect((await explain(collection, filter)).queryPlanner.winningPlan.stage).toBe('IXSCAN');
  });

  it('finds alternatives through the index of each', async () => {
    const collection = await indexed({ runId: 1 });
    await collection.createIndex({ stepId: 1 });
    const { queryPlanner, executionStats } = await explain(collection, {
      $or: [{ runId: 1 }, { stepId: 's5' }, { _id: 0 }],
    });
    expect(queryPlanner.winningPlan.stage).toBe('IXSCAN');
    expect(executionStats).toMatchObject({ nReturned: 101, totalDocsExamined: 101 });
  });

  it('uses a partial index only for queries that it covers', async () => {
    const collection = await indexed({ at: 1 }, { partialFilterExpression: { state: 'waiting' } });
    const at = { $gte: new Date(0) };
    expect((await explain(collection, { at, state: 'waiting' })).queryPlanner.winningPlan.stage).toBe('IXSCAN');
    expect((await explain(collection, { at })).queryPlanner.winningPlan.stage).toBe('COLLSCAN');
    expect(await collection.countDocuments({ at })).toBe(400);
  });

  it('uses a sparse index only where the field is demanded', async () => {
    const collection = await server.seed([{ _id: 1, a: 1 }, { _id: 2 }]);
    await collection.createIndex({ a: 1 }, { sparse: true });
    expect((await explain(collection, { a: 1 })).queryPlanner.winningPlan.stage).toBe('IXSCAN');
    expect(await collection.countDocuments({ a: null })).toBe(1);
    expect((await collection.find().sort({ a: 1 }).toArray()).length).toBe(2);
  });

  it('refuses a hint that names no index', async () => {
    const collection = await server.seed([]);
    await collection.insertOne({ a: 1 });
    await expect(collection.find({ a: 1 }).hint('none').toArray()).rejects.toMatchObject({ code: 2 });
  });

  it('finds texts and lists that are longer than a key', async () => {
    const long = (end: string) => 'x'.repeat(3000) + end;
    const collection = await server.seed([
      { _id: 1, t: long('a') },
      { _id: 2, t: long('b') },
    ]);
    await collection.createIndex({ t: 1 }, { unique: true });
    expect(await collection.findOne({ t: long('b') })).toMatchObject({ _id: 2 });
    expect((await collection.find().sort({ t: -1 }).toArray()).map(({ _id }) => _id as unknown)).toEqual([2, 1]);
    await collection.createIndex({ t: 1, n: 1 });
    await collection.createIndex({ t: -1, n: -1 });
    for (const length of [1480, 1490, 1497, 1500, 1510]) {
      await collection.insertMany([1, 2, 3].map((n) => ({ t: `${n}${'y'.repeat(length)}`, n })));
      for (const hint of ['t_1_n_1', 't_-1_n_-1']) {
        const t = `2${'y'.repeat(length)}`;
        expect(await collection.countDocuments({ t, n: 2 }, { hint })).toBe(1);
        expect(await collection.countDocuments({ t, n: { $gt: 1, $lt: 3 } }, { hint })).toBe(1);
        expect(await collection.countDocuments({ t: { $gt: t, $lte: `3${t.slice(1)}` } }, { hint })).toBeGreaterThan(0);
      }
    }
    await collection.insertOne({ t: long('c') });
    await expect(collection.insertOne({ t: long('c') })).rejects.toMatchObject({ code: 11000 });
  });
});

describe('a unique index', () => {
  const server = useServer();

  it('names the index and the value in its refusal', async () => {
    const collection = await server.seed([{ email: 'a@x' }]);
    await collection.createIndex({ email: 1 }, { unique: true });
    const refusal = { code: 11000, keyPattern: { email: 1 }, keyValue: { email: 'a@x' } };
    await expect(collection.insertOne({ email: 'a@x' })).rejects.toMatchObject(refusal);
    await collection.insertOne({ email: 'b@x' });
    await expect(collection.updateOne({ email: 'b@x' }, { $set: { email: 'a@x' } })).rejects.toMatchObject(refusal);
    const modify = collection.findOneAndUpdate({ email: 'b@x' }, { $set: { email: 'a@x' } });
    await expect(modify).rejects.toMatchObject(refusal);
    await expect(modify).rejects.toThrow(/E11000 duplicate key error collection: test\.\w+ index: email_1 dup key/);
  });

  it('counts a missing field as null', async () => {
    const collection = await server.seed([{ a: 1 }]);
    await collection.createIndex({ b: 1 }, { unique: true });
    await expect(collection.insertOne({ b: null })).rejects.toMatchObject({ code: 11000 });
  });

  it('tells apart numbers of value, not of type', async () => {
    const collection = await server.seed([{ n: Long.fromString('9007199254740993') }]);
    await collection.createIndex({ n: 1 }, { unique: true });
    await collection.insertOne({ n: 9007199254740992 });
    await expect(collection.insertOne({ n: Long.fromString('9007199254740992') })).rejects.toMatchObject({
      code: 11000,
    });
  });

  it('looks at each element of an array, but not within one document', async () => {
    const collection = await server.seed([{ a: [{ k: 1 }, { k: 2 }] }]);
    await collection.createIndex({ 'a.k': 1 }, { unique: true });
    await expect(collection.insertOne({ a: [{ k: 2 }] })).rejects.toMatchObject({ code: 11000 });
    await collection.insertOne({ a: [{ k: 3 }, { k: 3 }] });
  });

  it('lets documents through that a sparse or partial index leaves out', async () => {
    const collection = await server.seed([]);
    await collection.createIndex({ e: 1 }, { unique: true, sparse: true });
    await collection.createIndex({ k: 1 }, { unique: true, partialFilterExpression: { on: true } });
    await collection.insertMany([{}, {}, { k: 1 }, { k: 1 }, { k: 1, on: true, e: 1 }]);
    await expect(collection.insertOne({ k: 1, on: true })).rejects.toMatchObject({ code: 11000 });
    await expect(collection.insertOne({ e: 1 })).rejects.toMatchObject({ code: 11000 });
    await collection.updateOne({ on: true }, { $set: { on: false } });
    await collection.insertOne({ k: 1, on: true });
  });

  it('ignores case when its collation does', async () => {
    const collection = await server.seed([{ email: 'Ann@X.example' }]);
    await collection.createIndex({ email: 1 }, { unique: true, collation: { locale: 'en', strength: 2 } });
    await expect(collection.insertOne({ email: 'ann@x.example' })).rejects.toMatchObject({ code: 11000 });
    const collation = { locale: 'en', strength: 2 };
    expect(await collection.findOne({ email: 'ANN@x.example' }, { collation })).toMatchObject({
      email: 'Ann@X.example',
    });
    expect(await collection.findOne({ email: 'ANN@x.example' })).toBeNull();
  });

  it('is not made over values that are there twice', async () => {
    const collection = await server.seed([{ a: 1 }, { a: 1 }]);
    await expect(collection.createIndex({ a: 1 }, { unique: true })).rejects.toMatchObject({ code: 11000 });
    expect((await collection.indexes()).map(({ name }) => name)).toEqual(['_id_']);
    await collection.insertOne({ a: 1 });
  });

  it('refuses arrays on two paths of one key', async () => {
    const collection = await server.seed([]);
    await collection.createIndex({ a: 1, b: 1 });
    await expect(collection.insertOne({ a: [1], b: [2] })).rejects.toMatchObject({ code: 171 });
    await collection.insertOne({ a: [1, 2], b: 2 });
  });
});

describe('making and dropping indexes', () => {
  const server = useServer();

  it('makes an index once when several ask for it at the same time', async () => {
    const collection = await server.seed(Array.from({ length: 5000 }, (_, i) => ({ n: i })));
    const names = await Promise.all([1, 2, 3].map(() => collection.createIndex({ n: 1 }, { unique: true })));
    expect(names).toEqual(['n_1', 'n_1', 'n_1']);
    expect(await collection.indexes()).toMatchObject([{ name: '_id_' }, { name: 'n_1', unique: true, key: { n: 1 } }]);
  });

  it('finds what is written while an index is made', async () => {
    const collection = await server.seed(Array.from({ length: 20_000 }, (_, i) => ({ n: i })));
    const made = collection.createIndex({ n: 1 });
    const writes = Array.from({ length: 50 }, (_, i) => collection.updateOne({ n: i * 100 }, { $set: { n: -1 - i } }));
    await Promise.all([made, ...writes]);
    const { queryPlanner, executionStats } = await explain(collection, { n: { $lt: 0 } });
    expect(queryPlanner.winningPlan.stage).toBe('IXSCAN');
    expect(executionStats).toMatchObject({ nReturned: 50, totalDocsExamined: 50 });
    expect(await collection.countDocuments({ n: { $gte: 0 } })).toBe(19_950);
  });

  it('refuses almost the same index', async () => {
    const collection = await server.seed([]);
    await collection.createIndex({ a: 1 }, { name: 'one' });
    await expect(collection.createIndex({ a: 1 }, { name: 'two' })).rejects.toMatchObject({ code: 85 });
    await expect(collection.createIndex({ b: 1 }, { name: 'one' })).rejects.toMatchObject({ code: 86 });
    await expect(collection.createIndex({ a: 1 }, { name: 'one', unique: true })).rejects.toMatchObject({ code: 86 });
    await expect(collection.createIndex({ a: 'text' })).rejects.toMatchObject({ code: 67 });
  });

  it('drops by name, by key and all', async () => {
    const collection = await server.seed([{ a: 1 }]);
    for (const key of ['a', 'b', 'c', 'd']) await collection.createIndex({ [key]: 1 });
    await collection.dropIndex('a_1');
    await server.database.command({ dropIndexes: collection.collectionName, index: { b: 1 } });
    expect((await collection.indexes()).map(({ name }) => name)).toEqual(['_id_', 'c_1', 'd_1']);
    await collection.dropIndexes();
    expect((await collection.indexes()).map(({ name }) => name)).toEqual(['_id_']);
    await expect(collection.dropIndex('a_1')).rejects.toMatchObject({ code: 27 });
    await expect(collection.dropIndex('_id_')).rejects.toMatchObject({ code: 72 });
  });
});

describe('an index with an expiry', () => {
  const server = useServer(50);

  it('removes documents when their time is over', async () => {
    const collection = await server.seed([]);
    await collection.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
    const now = Date.now();
    await collection.insertMany([
      { _id: 1, at: new Date(now - 61_000) },
      { _id: 2, at: new Date(now) },
      { _id: 3, at: 'never' },
      { _id: 4, at: [new Date(now), new Date(now - 61_000)] },
    ]);
    await expect.poll(() => collection.distinct('_id')).toEqual([2, 3]);
  });

  it('leaves alone what its partial filter leaves out', async () => {
    const collection = await server.seed([]);
    const options = { expireAfterSeconds: 0, partialFilterExpression: { done: true } };
    await collection.createIndex({ at: 1 }, options);
    const at = new Date(0);
    await collection.insertMany([
      { _id: 1, at, done: true },
      { _id: 2, at },
    ]);
    await expect.poll(() => collection.distinct('_id')).toEqual([2]);
  });
});

describe('collections', () => {
  const server = useServer();

  it('are made once, listed, renamed and dropped', async () => {
    const { database } = server;
    await database.createCollection('made', { collation: { locale: 'en', strength: 2 } });
    await expect(database.createCollection('made')).rejects.toMatchObject({ code: 48 });
    await database.collection('made').insertOne({ w: 'A' });
    expect(await database.collection('made').countDocuments({ w: 'a' })).toBe(1);
    await database.renameCollection('made', 'renamed');
    expect(await database.listCollections({ name: /^(made|renamed)$/ }).toArray()).toMatchObject([{ name: 'renamed' }]);
    expect(await database.collection('renamed').countDocuments({ w: 'a' })).toBe(1);
    await database.collection('renamed').drop();
    expect(await database.listCollections({ name: 'renamed' }).toArray()).toEqual([]);
    await expect(database.collection('none').indexes()).rejects.toMatchObject({ code: 26 });
  });

  it('refuse options that would not be honoured', async () => {
    await expect(server.database.createCollection('view', { viewOn: 'x', pipeline: [] })).rejects.toMatchObject({
      code: 115,
    });
    const capped = server.database.createCollection('capped', { capped: true, size: 1 });
    await expect(capped).rejects.toMatchObject({ code: 115 });
  });

  it('begin anew after they were dropped', async () => {
    const collection = await server.seed([{ _id: 1, a: 1 }]);
    await collection.createIndex({ a: 1 }, { unique: true });
    await collection.drop();
    await collection.insertMany([
      { _id: 1, a: 1 },
      { _id: 2, a: 1 },
    ] as Document[]);
    expect(await collection.countDocuments({ a: 1 })).toBe(2);
    await server.client.db('gone').collection('x').insertOne({});
    await server.client.db('gone').dropDatabase();
    const { databases } = await server.client.db().admin().listDatabases();
    expect(databases.map(({ name }) => name)).not.toContain('gone');
  });
});
