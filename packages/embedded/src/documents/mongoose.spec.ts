import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import mongoose, { type Connection, Schema, Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DocumentServer, startDocumentServer } from './server.js';
import { makeFolder } from './testing/use-server.js';

const authorSchema = new Schema({ name: { type: String, unique: true }, age: Number }, { timestamps: true });
const bookSchema = new Schema(
  {
    title: String,
    tags: [String],
    price: Number,
    stock: { type: Map, of: Number },
    author: { type: Schema.Types.ObjectId, ref: 'Author', index: true },
    reviews: [{ by: String, stars: Number }],
    meta: Schema.Types.Mixed,
    cover: Buffer,
    serial: Schema.Types.UUID,
    weight: Schema.Types.Decimal128,
    sold: BigInt,
    at: Date,
  },
  { timestamps: true, optimisticConcurrency: true },
);

describe('mongoose', () => {
  let folder: string;
  let server: DocumentServer;
  let connection: Connection;

  beforeAll(async () => {
    folder = await makeFolder();
    const options = { dataDir: join(folder, 'data'), listen: join(folder, 's.sock'), survivesPowerLoss: false };
    server = await startDocumentServer(options);
    connection = await mongoose.createConnection(server.url, { dbName: 'books' }).asPromise();
  });
  afterAll(async () => {
    await connection.close();
    await server.stop();
    await rm(folder, { recursive: true });
  });

  /** Models over collections that no other test uses. */
  async function models(prefix: string) {
    const Author = connection.model(`${prefix}Author`, authorSchema);
    const Book = connection.model(`${prefix}Book`, bookSchema.clone().set('optimisticConcurrency', true));
    await Promise.all([Author.init(), Book.init()]);
    return { Author, Book };
  }

  it('makes and keeps indexes in step with the schema', async () => {
    const { Author, Book } = await models('Index');
    expect((await Author.collection.indexes()).map(({ name }) => name)).toEqual(['_id_', 'name_1']);
    await Book.collection.createIndex({ price: 1 });
    expect(await Book.syncIndexes()).toEqual(['price_1']);
    expect((await Book.collection.indexes()).map(({ name }) => name)).toEqual(['_id_', 'author_1']);
  });

  it('brings every type back as it was', async () => {
    const { Book } = await models('Type');
    const serial = new Types.UUID();
    const at = new Date();
    const { _id } = await Book.create({
      cover: Buffer.from([1, 2, 3]),
      serial,
      weight: '1.250',
      sold: 9007199254740993n,
      at,
      meta: { list: [1, 'x', null, { at }] },
      stock: { shop: 1 },
    });
    const found = await Book.findById(_id).orFail();
    expect(found.cover?.toString('hex')).toBe('010203');
    expect(String(found.serial)).toBe(String(serial));
    expect(String(found.weight)).toBe('1.250');
    expect(found.sold).toBe(9007199254740993n);
    expect(found.meta).toEqual({ list: [1, 'x', null, { at }] });
    expect(found.stock?.get('shop')).toBe(1);
    expect(found.get('createdAt')).toBeInstanceOf(Date);
    expect(await Book.countDocuments({ serial, at: { $lte: at }, sold: 9007199254740993n })).toBe(1);
  });

  it('hands on the refusal of a duplicate', async () => {
    const { Author } = await models('Duplicate');
    await Author.create({ name: 'ann' }, { name: 'bob' });
    const refusal = { name: 'MongoServerError', code: 11000, keyPattern: { name: 1 }, keyValue: { name: 'ann' } };
    await expect(Author.create({ name: 'ann' })).rejects.toMatchObject(refusal);
    await expect(Author.updateOne({ name: 'bob' }, { name: 'ann' })).rejects.toMatchObject({ code: 11000 });
    await expect(Author.findOneAndUpdate({ name: 'bob' }, { name: 'ann' })).rejects.toMatchObject({ code: 11000 });
    const several = Author.insertMany([{ name: 'ann' }, { name: 'cat' }], { ordered: false });
    await expect(several).rejects.toMatchObject({ code: 11000, insertedDocs: [{ name: 'cat' }] });
  });

  it('populates', async () => {
    const { Author, Book } = await models('Populate');
    const author = await Author.create({ name: 'ann' });
    await Book.create({ title: 'one', author: author._id }, { title: 'two', author: author._id });
    const found = await Book.find().populate({ path: 'author', model: Author }).sort({ title: 1 });
    expect(found.map((book) => [book.title, book.get('author.name')])).toEqual([
      ['one', 'ann'],
      ['two', 'ann'],
    ]);
  });

  it('saves what changed in documents and arrays', async () => {
    const { Book } = await models('Save');
    const book = await Book.create({ title: 'a', tags: ['x'], reviews: [{ by: 'x', stars: 1 }] });
    book.reviews.push({ by: 'y', stars: 5 });
    book.tags.push('y');
    book.set('stock.k', 2);
    book.set('meta', { a: { b: 1 } });
    await book.save();
    book.reviews.pull({ _id: book.reviews[0]!._id });
    book.reviews[0]!.stars = 4;
    await book.save();
    const found = await Book.findById(book._id).orFail();
    expect(found.tags).toEqual(['x', 'y']);
    expect(found.reviews.map(({ by, stars }) => [by, stars])).toEqual([['y', 4]]);
    expect(found.stock?.get('k')).toBe(2);
    expect(found.get('meta')).toEqual({ a: { b: 1 } });
  });

  it('notices that somebody else saved first', async () => {
    const { Book } = await models('Version');
    const { _id } = await Book.create({ title: 'a' });
    const [first, second] = [await Book.findById(_id).orFail(), await Book.findById(_id).orFail()];
    first.price = 1;
    await first.save();
    second.price = 2;
    await expect(second.save()).rejects.toMatchObject({ name: 'VersionError' });
  });

  it('finds and changes in one step', async () => {
    const { Book } = await models('Change');
    const options = { upsert: true, returnDocument: 'after' } as const;
    const update = { $inc: { price: 5 }, $setOnInsert: { tags: ['new'] } };
    const made = await Book.findOneAndUpdate({ title: 'a' }, update, options).orFail();
    expect([made.price, made.tags, made.get('createdAt')]).toEqual([5, ['new'], expect.any(Date)]);
    const raw = await Book.findOneAndUpdate({ title: 'b' }, { price: 1 }, { ...options, includeResultMetadata: true });
    expect(raw.lastErrorObject).toMatchObject({ updatedExisting: false, upserted: expect.anything() });
    await Book.updateOne({ title: 'a' }, [{ $set: { price: { $multiply: ['$price', 10] } } }], {
      updatePipeline: true,
    });
    expect((await Book.findOneAndDelete({ title: 'a' }))?.price).toBe(50);
    expect(await Book.exists({ title: 'a' })).toBeNull();
  });

  it('streams with a cursor', async () => {
    const { Author } = await models('Stream');
    await Author.insertMany(Array.from({ length: 2500 }, (_, age) => ({ name: `n${age}`, age })));
    let sum = 0;
    for await (const { age } of Author.find().lean().cursor({ batchSize: 100 })) sum += age ?? 0;
    expect(sum).toBe((2499 * 2500) / 2);
  });

  it('runs transactions', async () => {
    const { Author, Book } = await models('Transaction');
    await connection.transaction(async (session) => {
      const [author] = await Author.create([{ name: 'ann' }], { session });
      await Book.create([{ title: 'a', author: author!._id }], { session });
      expect(await Author.countDocuments()).toBe(0);
      expect(await Author.countDocuments().session(session)).toBe(1);
    });
    expect(await Author.countDocuments()).toBe(1);
    const broken = connection.transaction(async (session) => {
      await Author.create([{ name: 'bob' }], { session });
      throw new Error('no');
    });
    await expect(broken).rejects.toThrow('no');
    expect(await Author.countDocuments()).toBe(1);
  });

  it('hears that change streams are not there', async () => {
    const { Author } = await models('Watch');
    const stream = Author.watch();
    await expect(stream.next()).rejects.toMatchObject({ code: 40573 });
  });

  it('explains a query', async () => {
    const { Author } = await models('Explain');
    await Author.create({ name: 'ann' });
    expect(await Author.findOne({ name: 'ann' }).explain()).toMatchObject({
      queryPlanner: { winningPlan: { stage: 'IXSCAN', indexName: 'name_1' } },
    });
  });
});
