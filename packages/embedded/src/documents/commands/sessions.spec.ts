import { Long, UUID } from 'bson';
import { type ClientSession, MongoServerError } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useServer } from '../testing/use-server.js';
import { WireClient } from '../testing/wire-client.js';

describe('a transaction', () => {
  const server = useServer();

  it('is seen by itself at once and by others when it is committed', async () => {
    const [people, books] = [await server.seed([{ _id: 1, name: 'a' }]), await server.seed([])];
    await server.client.withSession((session) =>
      session.withTransaction(async () => {
        await people.insertOne({ _id: 2, name: 'b' }, { session });
        await people.updateOne({ _id: 1 }, { $set: { name: 'changed' } }, { session });
        await books.insertOne({ by: 2 }, { session });
        expect(await people.find({}, { session, sort: { name: 1 } }).toArray()).toEqual([
          { _id: 2, name: 'b' },
          { _id: 1, name: 'changed' },
        ]);
        expect(await people.find().toArray()).toEqual([{ _id: 1, name: 'a' }]);
        const counted = await people.aggregate([{ $count: 'n' }], { session }).toArray();
        expect(counted).toEqual([{ n: 2 }]);
      }),
    );
    expect(await people.countDocuments({ name: { $in: ['b', 'changed'] } })).toBe(2);
    expect(await books.countDocuments()).toBe(1);
  });

  it('leaves nothing behind when it is aborted', async () => {
    const people = await server.seed([
      { _id: 1, n: 1 },
      { _id: 2, n: 1 },
    ]);
    await aborted(async (session) => {
      await people.deleteOne({ _id: 1 }, { session });
      await people.updateMany({}, { $inc: { n: 1 } }, { session });
      await people.insertOne({ _id: 3 }, { session });
    });
    expect(await people.find().toArray()).toEqual([
      { _id: 1, n: 1 },
      { _id: 2, n: 1 },
    ]);
  });

  it('ends with its first refusal', async () => {
    const people = await server.seed([{ _id: 1 }]);
    const session = server.client.startSession();
    session.startTransaction();
    await people.insertOne({ _id: 2 }, { session });
    await expect(people.insertOne({ _id: 1 }, { session })).rejects.toMatchObject({ code: 11000 });
    await expect(people.insertOne({ _id: 3 }, { session })).rejects.toMatchObject({ code: 251 });
    await expect(session.commitTransaction()).rejects.toMatchObject({ code: 251 });
    await session.endSession();
    expect(await people.countDocuments()).toBe(1);
  });

  it('sees its own unique values, and lets them pass from one document to another', async () => {
    const people = await server.seed([
      { _id: 1, email: 'a' },
      { _id: 2, email: 'b' },
    ]);
    await people.createIndex({ email: 1 }, { unique: true });
    await server.client.withSession((session) =>
      session.withTransaction(async () => {
        await people.updateOne({ _id: 1 }, { $set: { email: 'c' } }, { session });
        await people.updateOne({ _id: 2 }, { $set: { email: 'a' } }, { session });
        await people.insertOne({ _id: 3, email: 'b' }, { session });
      }),
    );
    expect(await people.distinct('email')).toEqual(['c', 'a', 'b']);
    const clash = server.client.withSession((session) =>
      session.withTransaction(async () => {
        await people.insertOne({ email: 'd' }, { session });
        await people.insertOne({ email: 'd' }, { session });
      }),
    );
    await expect(clash).rejects.toMatchObject({ code: 11000 });
  });

  it('runs again when another one was first, so that no change is lost', async () => {
    const counters = await server.seed([{ _id: 1, n: 0 }]);
    const count = () =>
      server.client.withSession((session) =>
        session.withTransaction(async () => {
          const found = await counters.findOne({ _id: 1 }, { session });
          await counters.updateOne({ _id: 1 }, { $set: { n: (found?.['n'] as number) + 1 } }, { session });
        }),
      );
    await Promise.all(Array.from({ length: 8 }, count));
    expect(await counters.findOne({})).toEqual({ _id: 1, n: 8 });
  });

  it('meets a conflict when a write outside of it was first', async () => {
    const counters = await server.seed([{ _id: 1, n: 0 }]);
    const session = server.client.startSession();
    session.startTransaction();
    await counters.findOne({ _id: 1 }, { session });
    await counters.updateOne({ _id: 1 }, { $inc: { n: 1 } });
    const refused = counters.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session });
    await expect(refused).rejects.toSatisfy((error: MongoServerError) => {
      return error.code === 112 && error.hasErrorLabel('TransientTransactionError');
    });
    await session.abortTransaction();
    await session.endSession();
    expect(await counters.findOne({})).toEqual({ _id: 1, n: 1 });
  });

  it('is refused what cannot be undone', async () => {
    const session = server.client.startSession();
    session.startTransaction();
    await expect(server.database.command({ drop: 'x' }, { session })).rejects.toBeInstanceOf(MongoServerError);
    await session.abortTransaction();
    await session.endSession();
  });

  async function aborted(work: (session: ClientSession) => Promise<void>): Promise<void> {
    const session = server.client.startSession();
    session.startTransaction();
    await work(session);
    await session.abortTransaction();
    await session.endSession();
  }
});

describe('a write that is sent again', () => {
  const server = useServer();
  let client: WireClient;
  beforeAll(async () => {
    client = await WireClient.connect(server.socket);
  });
  afterAll(() => client.close());

  const increment = { q: { _id: 1 }, u: { $inc: { n: 1 } } };

  it('is applied once and answered alike', async () => {
    const collection = await server.seed([{ _id: 1, n: 0 }]);
    const lsid = { id: new UUID() };
    const send = (number: number) =>
      client.run({ update: collection.collectionName, updates: [increment], lsid, txnNumber: Long.fromNumber(number) });
    expect([await send(1), await send(1)]).toMatchObject([1, 2].map(() => ({ n: 1, nModified: 1 })));
    expect(await collection.findOne({})).toMatchObject({ n: 1 });
    await send(2);
    expect(await collection.findOne({})).toMatchObject({ n: 2 });
    expect(await send(1)).toMatchObject({ ok: 0, code: 225 });
  });

  it('is applied once when it comes again before the first was answered', async () => {
    const collection = await server.seed([{ _id: 1, n: 0 }]);
    const command = { update: collection.collectionName, updates: [increment], lsid: { id: new UUID() } };
    const clients = await Promise.all(Array.from({ length: 8 }, () => WireClient.connect(server.socket)));
    const answers = await Promise.all(clients.map((each) => each.run({ ...command, txnNumber: Long.ONE })));
    expect(answers).toMatchObject(clients.map(() => ({ nModified: 1 })));
    expect(await collection.findOne({})).toMatchObject({ n: 1 });
    for (const each of clients) each.close();
  });

  it('may be tried again after it was refused', async () => {
    const collection = await server.seed([{ _id: 1, n: 'x' }]);
    const modify = { findAndModify: collection.collectionName, query: { _id: 1 }, update: increment.u };
    const command = { ...modify, lsid: { id: new UUID() }, txnNumber: Long.ONE };
    expect(await client.run(command)).toMatchObject({ ok: 0, code: 14 });
    await collection.updateOne({ _id: 1 }, { $set: { n: 1 } });
    expect(await client.run(command)).toMatchObject({ ok: 1, value: { n: 1 } });
  });
});
