import { Decimal128, type Document, Double, Long, ObjectId, Timestamp } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { useServer } from '../testing/use-server.js';

/** What a MongoDB server makes of a document, from its documentation and known behaviour. */
interface Case {
  readonly name: string;
  readonly before: Document;
  readonly filter?: Document;
  readonly update: Document | Document[];
  readonly arrayFilters?: Document[];
  readonly after: Document;
}

const [first, second, third] = [new ObjectId(), new ObjectId(), new ObjectId()] as const;

const cases: readonly Case[] = [
  { name: 'sets a field', before: { a: 1 }, update: { $set: { a: 2, b: { c: 3 } } }, after: { a: 2, b: { c: 3 } } },
  {
    name: 'sets below a document',
    before: { a: { x: 1 } },
    update: { $set: { 'a.y.z': 2 } },
    after: { a: { x: 1, y: { z: 2 } } },
  },
  {
    name: 'fills an array up with null',
    before: { a: [1, 2] },
    update: { $set: { 'a.3': 9 } },
    after: { a: [1, 2, null, 9] },
  },
  { name: 'unsets a field', before: { a: 1, b: 2 }, update: { $unset: { a: '' } }, after: { b: 2 } },
  {
    name: 'unsets an element to null',
    before: { a: [1, 2] },
    update: { $unset: { 'a.0': 1 } },
    after: { a: [null, 2] },
  },
  { name: 'makes a missing number', before: {}, update: { $inc: { n: 2 }, $mul: { m: 2 } }, after: { m: 0, n: 2 } },
  { name: 'adds below zero', before: { n: 2 }, update: { $inc: { n: -5 } }, after: { n: -3 } },
  {
    name: 'adds to a long beyond 2^53 exactly',
    before: { n: Long.fromString('9007199254740993') },
    update: { $inc: { n: 1 } },
    after: { n: Long.fromString('9007199254740994') },
  },
  {
    name: 'an int that overflows becomes a long',
    before: { n: 2147483647 },
    update: { $inc: { n: 1 } },
    after: { n: Long.fromNumber(2147483648) },
  },
  {
    name: 'a long stays a long',
    before: { n: Long.fromNumber(1) },
    update: { $inc: { n: 1 } },
    after: { n: Long.fromNumber(2) },
  },
  {
    name: 'a double stays a double',
    before: { n: new Double(1) },
    update: { $inc: { n: 1 } },
    after: { n: new Double(2) },
  },
  { name: 'an int and a double make a double', before: { n: 1 }, update: { $inc: { n: 0.5 } }, after: { n: 1.5 } },
  {
    name: 'adds decimals without loss',
    before: { n: Decimal128.fromString('0.1'), m: Decimal128.fromString('1.50') },
    update: { $inc: { n: Decimal128.fromString('0.2') }, $mul: { m: 2 } },
    after: { n: Decimal128.fromString('0.3'), m: Decimal128.fromString('3.00') },
  },
  {
    name: 'keeps the smaller',
    before: { a: 5, b: 5 },
    update: { $min: { a: 3, b: 7, c: 1 } },
    after: { a: 3, b: 5, c: 1 },
  },
  { name: 'keeps the larger', before: { a: 5, b: 5 }, update: { $max: { a: 3, b: 7 } }, after: { a: 5, b: 7 } },
  {
    name: 'renames',
    before: { a: 1, b: { c: 2 } },
    update: { $rename: { a: 'z', 'b.c': 'd' } },
    after: { b: {}, z: 1, d: 2 },
  },
  { name: 'sets bits', before: { n: 13 }, update: { $bit: { n: { and: 10 } } }, after: { n: 8 } },
  { name: 'pushes', before: { a: [1] }, update: { $push: { a: 2, b: [3] } }, after: { a: [1, 2], b: [[3]] } },
  {
    name: 'pushes several in front and keeps the last',
    before: { a: [3, 1, 2] },
    update: { $push: { a: { $each: [0, 9], $position: 0, $slice: -3 } } },
    after: { a: [3, 1, 2] },
  },
  {
    name: 'pushes and sorts documents',
    before: { a: [{ v: 3 }, { v: 1 }] },
    update: { $push: { a: { $each: [{ v: 2 }], $sort: { v: -1 } } } },
    after: { a: [{ v: 3 }, { v: 2 }, { v: 1 }] },
  },
  {
    name: 'sorts values',
    before: { a: [3, 1, 2] },
    update: { $push: { a: { $each: [], $sort: 1 } } },
    after: { a: [1, 2, 3] },
  },
  {
    name: 'adds to a set what is not in it',
    before: { a: [first, 1] },
    update: { $addToSet: { a: { $each: [new ObjectId(first.toHexString()), Long.fromNumber(1), 'new'] } } },
    after: { a: [first, 1, 'new'] },
  },
  {
    name: 'pops',
    before: { a: [1, 2, 3], b: [1, 2] },
    update: { $pop: { a: 1, b: -1 } },
    after: { a: [1, 2], b: [2] },
  },
  { name: 'pulls a value', before: { a: [first, second] }, update: { $pull: { a: first } }, after: { a: [second] } },
  {
    name: 'pulls values of a list',
    before: { a: [first, second, third] },
    update: { $pull: { a: { $in: [first, third] } } },
    after: { a: [second] },
  },
  {
    name: 'pulls documents that match',
    before: { a: [{ s: 1, t: [1] }, { s: 5 }] },
    update: { $pull: { a: { s: { $lt: 3 }, t: 1 } } },
    after: { a: [{ s: 5 }] },
  },
  { name: 'pulls all of a list', before: { a: [3, 1, 2, 1] }, update: { $pullAll: { a: [1, 2] } }, after: { a: [3] } },
  {
    name: 'changes the element that the query found',
    before: {
      a: [
        { k: 1, v: 1 },
        { k: 2, v: 1 },
      ],
    },
    filter: { a: { $elemMatch: { k: 2, v: 1 } } },
    update: { $set: { 'a.$.v': 9 } },
    after: {
      a: [
        { k: 1, v: 1 },
        { k: 2, v: 9 },
      ],
    },
  },
  {
    name: 'and through a path',
    before: { a: [{ k: 1 }, { k: 2 }] },
    filter: { 'a.k': 2 },
    update: { $inc: { 'a.$.k': 5 } },
    after: { a: [{ k: 1 }, { k: 7 }] },
  },
  {
    name: 'and a value',
    before: { a: [1, 5, 9] },
    filter: { a: { $gt: 4 } },
    update: { $set: { 'a.$': 0 } },
    after: { a: [1, 0, 9] },
  },
  { name: 'changes all elements', before: { a: [1, 5] }, update: { $inc: { 'a.$[]': 1 } }, after: { a: [2, 6] } },
  {
    name: 'changes elements that a filter names',
    before: { g: [{ n: [1, 5] }, { n: [7] }] },
    update: { $inc: { 'g.$[].n.$[e]': 10 } },
    arrayFilters: [{ e: { $gte: 5 } }],
    after: { g: [{ n: [1, 15] }, { n: [17] }] },
  },
  {
    name: 'filters documents of an array',
    before: { g: [{ k: 1, d: { x: 1 } }, { k: 2 }] },
    update: { $set: { 'g.$[one].done': true } },
    arrayFilters: [{ 'one.d.x': 1 }],
    after: { g: [{ k: 1, d: { x: 1 }, done: true }, { k: 2 }] },
  },
  {
    name: 'filters elements as they were before',
    before: {
      g: [
        { n: 0, s: 'waiting' },
        { n: 0, s: 'done' },
      ],
    },
    update: { $set: { 'g.$[w].n': 1, 'g.$[w].s': 'running' } },
    arrayFilters: [{ 'w.s': 'waiting', 'w.n': 0 }],
    after: {
      g: [
        { n: 1, s: 'running' },
        { n: 0, s: 'done' },
      ],
    },
  },
  {
    name: 'makes new fields in the order of their names',
    before: {},
    update: { $set: { b: 1, a: 2 } },
    after: { a: 2, b: 1 },
  },
  {
    name: 'a pipeline sees the document as it was',
    before: { a: 1, b: 2 },
    update: [{ $set: { a: '$b', b: { $add: ['$a', 10] } } }, { $unset: 'c' }],
    after: { a: 2, b: 11 },
  },
  {
    name: 'a pipeline replaces',
    before: { a: { x: 1 } },
    update: [{ $replaceWith: { $mergeObjects: ['$$ROOT', '$a'] } }],
    after: { a: { x: 1 }, x: 1 },
  },
];

describe('updating a document', () => {
  const server = useServer(undefined, { promoteValues: false });

  it.each(cases)('$name', async ({ before, filter = {}, update, arrayFilters, after }) => {
    const collection = await server.seed([
      { _id: 1, ...before },
      { _id: 2, other: true },
    ]);
    const found = await collection.findOneAndUpdate({ _id: 1, ...filter }, update, {
      returnDocument: 'after',
      projection: { _id: 0 },
      ...(arrayFilters && { arrayFilters }),
    });
    const expected = await roundTrip(after);
    expect(found).toEqual(expected);
    expect(Object.keys(found ?? {})).toEqual(Object.keys(expected ?? {}));
    expect(await collection.findOne({ _id: 1 } as Document, { projection: { _id: 0 } })).toEqual(expected);

    /** The form that the driver gives values when it does not promote them. */
    async function roundTrip(document: Document): Promise<Document | null> {
      const target = await server.seed([document]);
      return target.findOne({}, { projection: { _id: 0 } });
    }
  });
});

describe('writing', () => {
  const server = useServer();

  it.each<[string, Document, Document, number]>([
    ['adding to a text', { s: 'x' }, { $inc: { s: 1 } }, 14],
    ['adding a text', { n: 1 }, { $inc: { n: 'x' } }, 14],
    ['multiplying null', { n: null }, { $mul: { n: 2 } }, 14],
    ['a long that overflows', { n: Long.MAX_VALUE }, { $inc: { n: 1 } }, 2],
    ['two operators on one field', {}, { $set: { a: 1 }, $inc: { a: 1 } }, 40],
    ['a field and a field in it', {}, { $set: { a: 1, 'a.b': 1 } }, 40],
    ['a field below a number', { a: 1 }, { $set: { 'a.b': 1 } }, 28],
    ['a name below an array', { a: [1] }, { $set: { 'a.b': 1 } }, 28],
    ['pushing to a text', { a: 'x' }, { $push: { a: 1 } }, 2],
    ['popping a text', { a: 'x' }, { $pop: { a: 1 } }, 14],
    ['an unknown operator', {}, { $bogus: { a: 1 } }, 9],
    ['another id', {}, { $set: { _id: 9 } }, 66],
    ['no id', {}, { $unset: { _id: 1 } }, 66],
    ['a position that the query did not find', { a: [1] }, { $set: { 'a.$': 1 } }, 2],
    ['an element filter that is not given', { a: [1] }, { $set: { 'a.$[x]': 1 } }, 2],
    ['a field that begins with a dollar', {}, { $set: { $a: 1 } }, 52],
  ])('refuses %s and leaves the document as it was', async (_name, before, update, code) => {
    const collection = await server.seed([{ _id: 1, ...before }]);
    const untouched = await collection.findOne({});
    await expect(collection.updateOne({}, update)).rejects.toMatchObject({ code });
    expect(await collection.findOne({})).toEqual(untouched);
  });

  it('writes the date and a timestamp', async () => {
    const collection = await server.seed([{ _id: 1 }]);
    const before = Date.now();
    const update: Document = { $currentDate: { at: true, stamp: { $type: 'timestamp' } } };
    await collection.updateOne({}, update);
    const found = await collection.findOne({});
    expect(Number(found?.['at'])).toBeGreaterThanOrEqual(before);
    expect(found?.['stamp']).toBeInstanceOf(Timestamp);
  });

  it('says what matched and what changed', async () => {
    const collection = await server.seed([{ a: 1 }, { a: 1 }, { a: 2 }]);
    expect(await collection.updateMany({ a: 1 }, { $set: { a: 1 } })).toMatchObject({
      matchedCount: 2,
      modifiedCount: 0,
    });
    expect(await collection.updateMany({ a: 1 }, { $set: { a: 3 } })).toMatchObject({
      matchedCount: 2,
      modifiedCount: 2,
    });
    expect(await collection.updateOne({ a: 9 }, { $set: { a: 3 } })).toMatchObject({
      matchedCount: 0,
      modifiedCount: 0,
    });
    expect(await collection.deleteOne({ a: 3 })).toMatchObject({ deletedCount: 1 });
    expect(await collection.deleteMany({})).toMatchObject({ deletedCount: 2 });
  });

  it('changes each document once when the change moves it in the index that finds it', async () => {
    const collection = await server.seed(Array.from({ length: 500 }, (_, i) => ({ _id: i, n: i })));
    await collection.createIndex({ n: 1 });
    await collection.updateMany({ n: { $gte: 0 } }, { $inc: { n: 1000 } });
    const sum = (await collection.find().toArray()).reduce((total, { n }) => total + (n as number), 0);
    expect(sum).toBe((499 * 500) / 2 + 500 * 1000);
  });

  it('ends an update of many when the collection is dropped under it', async () => {
    const collection = await server.seed(Array.from({ length: 20_000 }, (_, i) => ({ n: i })));
    const updating = collection.updateMany({}, { $set: { text: 'x'.repeat(200) } });
    await collection.drop();
    expect((await updating).modifiedCount).toBeLessThan(20_000);
    expect(await collection.countDocuments()).toBe(0);
  });

  it('upserts what the query demands and the update adds', async () => {
    const collection = await server.seed([]);
    const filter = { name: 'x', 'in.side': 1, n: { $gt: 5 }, $and: [{ k: { $eq: 'y' } }] };
    const result = await collection.updateOne(
      filter,
      { $inc: { count: 1 }, $setOnInsert: { made: true } },
      { upsert: true },
    );
    expect(result).toMatchObject({ upsertedCount: 1, matchedCount: 0 });
    const { _id, ...rest } = (await collection.findOne({})) as Document;
    expect(_id).toEqual(result.upsertedId);
    expect(rest).toEqual({ name: 'x', in: { side: 1 }, k: 'y', count: 1, made: true });
    await collection.updateOne({ name: 'x' }, { $inc: { count: 1 }, $setOnInsert: { made: false } }, { upsert: true });
    expect(await collection.findOne({}, { projection: { _id: 0, count: 1, made: 1 } })).toEqual({
      count: 2,
      made: true,
    });
  });

  it('upserts a replacement with the id of the query', async () => {
    const collection = await server.seed([]);
    const id = new ObjectId();
    await collection.replaceOne({ _id: id, gone: 1 }, { a: 1 }, { upsert: true });
    expect(await collection.findOne({})).toEqual({ _id: id, a: 1 });
  });

  it('lets only one of many concurrent upserts insert', async () => {
    const collection = await server.seed([]);
    await collection.createIndex({ key: 1 }, { unique: true });
    const upsert = () => collection.updateOne({ key: 'k' }, { $inc: { n: 1 } }, { upsert: true });
    await Promise.all(Array.from({ length: 40 }, upsert));
    expect(await collection.find({}, { projection: { _id: 0 } }).toArray()).toEqual([{ key: 'k', n: 40 }]);
  });

  it('gives each of many concurrent claims a document of its own', async () => {
    const collection = await server.seed(
      Array.from({ length: 60 }, (_, i) => ({ _id: i, state: 'waiting', rank: 60 - i })),
    );
    await collection.createIndex({ state: 1, rank: 1 });
    const claim = () =>
      collection.findOneAndUpdate({ state: 'waiting' }, { $set: { state: 'taken' } }, { sort: { rank: 1 } });
    const taken = await Promise.all(Array.from({ length: 60 }, claim));
    expect(new Set(taken.map((each) => each?._id)).size).toBe(60);
    expect(await claim()).toBeNull();
  });

  it('shows the document before or after a change, or the one that was removed', async () => {
    const collection = await server.seed([{ _id: 1, a: 1, b: 1 }]);
    expect(await collection.findOneAndUpdate({ a: 1 }, { $inc: { b: 1 } })).toEqual({ _id: 1, a: 1, b: 1 });
    const options = { returnDocument: 'after', projection: { b: 1, _id: 0 } } as const;
    expect(await collection.findOneAndUpdate({ a: 1 }, { $inc: { b: 1 } }, options)).toEqual({ b: 3 });
    expect(await collection.findOneAndReplace({ a: 1 }, { c: 1 }, { returnDocument: 'after' })).toEqual({
      _id: 1,
      c: 1,
    });
    expect(await collection.findOneAndDelete({ c: 1 })).toEqual({ _id: 1, c: 1 });
    expect(await collection.findOneAndDelete({ c: 1 })).toBeNull();
  });

  it('says in the metadata of findAndModify what it did', async () => {
    const collection = await server.seed([]);
    const options = { upsert: true, returnDocument: 'after', includeResultMetadata: true } as const;
    const made = await collection.findOneAndUpdate({ k: 1 }, { $set: { v: 1 } }, options);
    expect(made.lastErrorObject).toMatchObject({ n: 1, updatedExisting: false, upserted: made.value?._id });
    const changed = await collection.findOneAndUpdate({ k: 1 }, { $set: { v: 2 } }, options);
    expect(changed.lastErrorObject).toEqual({ n: 1, updatedExisting: true });
  });

  it('runs a mixed bulk in order', async () => {
    const collection = await server.seed([{ _id: 5, name: 'old' }]);
    const result = await collection.bulkWrite([
      { insertOne: { document: { name: 'new' } } },
      { updateOne: { filter: { name: 'new' }, update: { $set: { age: 9 } } } },
      { deleteOne: { filter: { name: 'old' } } },
      { replaceOne: { filter: { name: 'none' }, replacement: { name: 'made' }, upsert: true } },
    ]);
    expect(result).toMatchObject({ insertedCount: 1, modifiedCount: 1, deletedCount: 1, upsertedCount: 1 });
  });

  it('stops an ordered insert at the first refusal and goes on with an unordered one', async () => {
    const ordered = await server.seed([{ _id: 2 }]);
    const three = [{ _id: 1 }, { _id: 2 }, { _id: 3 }];
    await expect(ordered.insertMany(three)).rejects.toMatchObject({ code: 11000, insertedCount: 1 });
    expect(await ordered.countDocuments()).toBe(2);
    const unordered = await server.seed([{ _id: 2 }]);
    await expect(unordered.insertMany(three, { ordered: false })).rejects.toMatchObject({ insertedCount: 2 });
    expect(await unordered.countDocuments()).toBe(3);
  });

  it('refuses ids that are arrays', async () => {
    const collection = await server.seed([]);
    await expect(collection.insertOne({ _id: [1] } as Document)).rejects.toMatchObject({ code: 53 });
  });

  it('keeps apart what differs in type only', async () => {
    const collection = server.client.db('test', {}).collection('types', { promoteValues: false });
    const values = [1, new Double(1), Long.fromNumber(1), Decimal128.fromString('1.0'), -0, 2 ** 31, 1.5];
    await collection.insertOne({ values });
    await collection.updateOne({}, { $set: { touched: true } });
    const types = await collection
      .aggregate([{ $unwind: '$values' }, { $project: { type: { $type: '$values' } } }])
      .toArray();
    expect(types.map(({ type }) => type as string)).toEqual([
      'int',
      'double',
      'long',
      'decimal',
      'double',
      'double',
      'double',
    ]);
  });

  it('acknowledges nothing when nothing was asked for, and writes all the same', async () => {
    const collection = await server.seed([]);
    await collection.insertOne({ a: 1 }, { writeConcern: { w: 0 } });
    await expect.poll(() => collection.countDocuments()).toBe(1);
  });
});
