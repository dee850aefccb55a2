import type { ConnectionCheck, StreamInfo } from '@pelton/contract';
import { type Services, startServices } from '@pelton/embedded';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { changeAndBreak, NOTHING_LOST } from '../support/changing-source.js';
import { newDataDir, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { addSync, connect, datasetOf, rowsOf, runSync } from '../support/syncing.js';

const dataDir = newDataDir();
let services: Services;
let pelton: Pelton;
let api: Api;
let documents: mongoose.Connection;

beforeAll(async () => {
  const unused = { queueUrl: 'redis://unused', clickhouseUrl: 'http://unused' };
  [services, pelton] = await Promise.all([startServices({ dataDir, ...unused }), startPelton()]);
  documents = await mongoose.createConnection(services.mongodbUrl, { dbName: 'shop' }).asPromise();
  api = await Api.signIn(pelton.url);
  await connect(api, { name: 'shop', uses: 'mongodb', ...login() });
});
afterAll(async () => {
  await documents?.close();
  await pelton?.stop();
  await services?.stop();
  for (const folder of [dataDir, pelton.dataDir]) removeDataDir(folder);
});

/** The address without user and password, which a connection keeps apart. */
function login(): { config: object; secrets: Record<string, string> } {
  const [, user = '', password = '', rest = ''] =
    /^mongodb:\/\/(?:([^:@]+):([^@]+)@)?(.*)$/.exec(services.mongodbUrl) ?? [];
  const config = { url: `mongodb://${rest}`, database: 'shop', ...(user && { user: decodeURIComponent(user) }) };
  return { config, secrets: password ? { password: decodeURIComponent(password) } : {} };
}

const { Double, Long, Decimal128, ObjectId } = mongoose.mongo;

test('documents become rows of typed columns', async () => {
  await documents.collection('orders').insertMany([
    {
      ...{ _id: new ObjectId('65a000000000000000000001'), state: 'new', pieces: 3, price: new Double(1), paid: true },
      ...{ at: new Date('2024-01-01T12:00:00.123Z'), big: Long.fromString('9007199254740993'), lines: [{ sku: 'a' }] },
      ...{ exact: Decimal128.fromString('0.10'), mixed: 1 },
    },
    { _id: new ObjectId('65a000000000000000000002'), state: null, price: new Double(2.5), mixed: 'two' },
  ] as never);
  const [stream] = await api.get<StreamInfo[]>('/api/connections/shop/streams');
  expect(stream).toMatchObject({ name: 'orders', rows: 2, primaryKey: ['_id'], cursors: ['at', '_id'] });
  expect(Object.fromEntries(stream?.columns.map(({ name, type }) => [name, type]) ?? [])).toEqual({
    _id: 'String',
    state: 'Nullable(String)',
    pieces: 'Nullable(Int64)',
    price: 'Nullable(Float64)',
    paid: 'Nullable(Bool)',
    at: "Nullable(DateTime64(3, 'UTC'))",
    big: 'Nullable(Int64)',
    lines: 'Nullable(String)',
    exact: 'Nullable(String)',
    mixed: 'Nullable(String)',
  });
  await addSync(api, { name: 'orders', connection: 'shop', stream: { stream: 'orders' } });
  expect(await runSync(api, 'orders')).toMatchObject({ state: 'done', rows: 2, way: 'streamed' });
  const [first, second] = await rowsOf(api, 'orders');
  expect(first?.slice(0, 6)).toEqual(['65a000000000000000000001', 'new', 3, 1, true, '2024-01-01T12:00:00.123Z']);
  expect(first?.slice(7)).toEqual(['[{"sku":"a"}]', '0.10', '1']);
  expect(second).toEqual(['65a000000000000000000002', null, null, 2.5, null, null, null, null, null, 'two']);
});

test('an incremental sync reads what changed since, by a date', async () => {
  const visits = documents.collection('visits');
  const at = (minute: number) => new Date(Date.UTC(2024, 0, 1, 0, minute));
  await visits.insertMany(Array.from({ length: 2_500 }, (_, n) => ({ _id: n, page: '/', at: at(n) })) as never);
  await addSync(api, {
    ...{ name: 'visits', connection: 'shop', stream: { stream: 'visits' } },
    ...{ mode: 'incremental', cursor: 'at', primaryKey: ['_id'] },
  });
  expect(await runSync(api, 'visits')).toMatchObject({ state: 'done', rows: 2_500 });
  await visits.updateOne({ _id: 7 as never }, { $set: { page: '/shop', at: at(5_000) } });
  expect(await runSync(api, 'visits')).toMatchObject({ state: 'done', rows: 2 }); // it, and the last one again
  expect((await datasetOf(api, 'visits')).rows).toBe(2_500);
});

test('a connection that is wrong says what to mend', async () => {
  const { config, secrets } = login();
  const check = (change: object, password = secrets) =>
    api.post<ConnectionCheck>('/api/connections/check', {
      ...{ kind: 'connector', uses: 'mongodb', secrets: password, config: { ...config, ...change } },
    });
  expect(await check({})).toMatchObject({ ok: true });
  const refused = await check({}, { password: 'wrong' });
  expect(refused).toMatchObject({
    ok: false,
    message: expect.stringContaining('it refused user or password') as string,
  });
  expect((await check({ database: 'nothing' })).message).toContain('nothing has no collections');
  await expect(check({ url: 'mongodb://user:password@host' })).resolves.toMatchObject({
    ok: false,
    message: expect.stringContaining('without user and password') as string,
  });
});

test('a collection that changes, and one that is gone', async () => {
  const parts = documents.collection('parts');
  await parts.insertMany([{ _id: 1 }, { _id: 2 }] as never);
  await connect(api, { name: 'moving', uses: 'mongodb', ...login() });
  const found = await changeAndBreak({
    ...{ api, connection: 'moving', stream: { stream: 'parts' } },
    addFresh: () => parts.updateOne({ _id: 2 as never }, { $set: { fresh: 'f' } }),
    breakOff: () => parts.drop(),
  });
  expect(found).toEqual(NOTHING_LOST);
});
