import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionCheck, Project, StreamInfo, SyncRun } from '@pelton/contract';
import { type Services, startServices } from '@pelton/embedded';
import { openWarehouse, type Warehouse, type WarehouseClient } from '@pelton/warehouse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { changeAndBreak, NOTHING_LOST } from '../support/changing-source.js';
import { pathOf, whyNot } from '../support/installed.js';
import { type KafkaRelay, startRelay } from '../support/kafka-relay.js';
import { newDataDir, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { hasKafka, type SourceKafka, startKafka } from '../support/source-kafka.js';
import { connectUploads, sendFile, sentBy, uploadRows } from '../support/sending.js';
import { addSync, connect, datasetOf, rowsOf, runSync, syncRunOver } from '../support/syncing.js';
import { waitFor } from '../support/wait-for.js';

const hasOpenssl = pathOf('openssl') !== undefined;

/** Against what support/source-kafka.ts starts, which is not a real Kafka: see there for what it leaves out. */
describe.skipIf(!hasKafka)(`Kafka${whyNot('kcat')}`, () => {
  const dataDir = newDataDir();
  const peltonDir = newDataDir();
  let services: Services;
  let pelton: Pelton;
  let source: SourceKafka;
  let api: Api;
  let warehouse: Warehouse;
  let client: WarehouseClient;

  beforeAll(async () => {
    [services, source] = await Promise.all([startServices({ dataDir }), startKafka()]);
    await startAgain();
    const [project] = await api.get<Project[]>('/api/projects');
    warehouse = openWarehouse({ url: services.clickhouseUrl });
    client = (await warehouse.project(project?.id ?? '')).admin;
    await connect(api, { name: 'shop', uses: 'kafka', config: { brokers: source.broker, allowPrivate: true } });
  });
  afterAll(async () => {
    await pelton?.stop();
    await warehouse?.close();
    await source?.stop();
    await services?.stop();
    for (const folder of [dataDir, peltonDir]) removeDataDir(folder);
  });

  async function startAgain(): Promise<void> {
    const env = {
      PELTON_MONGODB_URL: services.mongodbUrl,
      PELTON_QUEUE_URL: services.queueUrl,
      PELTON_CLICKHOUSE_URL: services.clickhouseUrl,
      PELTON_CLICKHOUSE_READER_URL: services.clickhouseReaderUrl ?? '',
    };
    pelton = await startPelton({ dataDir: peltonDir, env });
    api = await Api.signIn(pelton.url);
  }

  const sums = (dataset: string) =>
    client.row<{ rows: number; different: number; sum: number }>({
      parts: [
        `SELECT count() AS rows, uniqExact(n) AS different, sum(n) AS sum FROM dataset_${dataset} SETTINGS final = 1`,
      ],
    });
  const numbers = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, index) => JSON.stringify({ n: first + index }));
  const streamOf = async (topic: string) => {
    const streams = await api.get<StreamInfo[]>('/api/connections/shop/streams');
    return streams.find(({ name }) => name === topic);
  };

  test('messages become rows of typed columns', async () => {
    const order = { id: 1, state: 'new', price: 2.5, at: '2024-01-01T12:00:00Z', lines: [{ sku: 'a' }], key: 'own' };
    const big = '{"id":2,"big":9007199254740993}';
    const options = ['-p', '0', '-K', '|', '-H', 'trace=abc'];
    await source.send('orders', [`k1|${JSON.stringify(order)}`, `k2|${big}`, 'k3|no JSON'], options);
    const stream = await streamOf('orders');
    expect(stream).toMatchObject({ rows: 3, primaryKey: ['partition', 'offset'], cursors: ['offset'] });
    expect(Object.fromEntries(stream?.columns.map(({ name, type }) => [name, type]) ?? [])).toEqual({
      ...{ partition: 'Int32', offset: 'Int64', timestamp: "Nullable(DateTime64(3, 'UTC'))" },
      ...{ key: 'Nullable(String)', headers: 'Nullable(String)', value: 'Nullable(String)' },
      ...{ id: 'Nullable(Int64)', state: 'Nullable(String)', price: 'Nullable(Float64)', big: 'Nullable(Int64)' },
      ...{ at: "Nullable(DateTime64(3, 'UTC'))", lines: 'Nullable(String)', value_key: 'Nullable(String)' },
    });
    await addSync(api, { name: 'orders', connection: 'shop', stream: { stream: 'orders' } });
    expect(await runSync(api, 'orders')).toMatchObject({ state: 'done', rows: 3, way: 'streamed' });
    const rows = await rowsOf(api, 'orders');
    const names = (await datasetOf(api, 'orders')).columns.map(({ name }) => name);
    const read = rows
      .map((row) => Object.fromEntries(names.map((name, index) => [name, row[index]])))
      .sort((one, other) => Number(one['offset']) - Number(other['offset']));
    expect(read[0]).toMatchObject({
      ...{ partition: 0, offset: 0, key: 'k1', headers: '{"trace":"abc"}', value: null },
      ...{ id: 1, state: 'new', price: 2.5, at: '2024-01-01T12:00:00.000Z', lines: '[{"sku":"a"}]', value_key: 'own' },
    });
    expect(read[1]).toMatchObject({ offset: 1, key: 'k2', id: 2 });
    expect(read[2]).toMatchObject({ offset: 2, key: 'k3', id: null, value: 'no JSON' });
  });

  test('messages are unpacked, whatever their producer packs them with', async () => {
    await addSync(api, { name: 'packed', connection: 'shop', stream: { stream: 'packed' } });
    for (const [index, codec] of ['gzip', 'snappy', 'lz4', 'zstd'].entries())
      await source.send('packed', numbers(index * 1_000 + 1, (index + 1) * 1_000), [
        '-X',
        `compression.codec=${codec}`,
      ]);
    expect(await runSync(api, 'packed')).toMatchObject({ state: 'done', rows: 4_000 });
    expect(await sums('packed')).toEqual({ rows: 4_000, different: 4_000, sum: 8_002_000 });
  });

  test('an incremental sync reads what is new, with a key and without', async () => {
    await source.send('visits', numbers(1, 2_500));
    const sync = { connection: 'shop', stream: { stream: 'visits' }, mode: 'incremental' as const };
    await addSync(api, { ...sync, name: 'keyed', cursor: 'offset', primaryKey: ['partition', 'offset'] });
    await addSync(api, { ...sync, name: 'added' });
    for (const name of ['keyed', 'added']) {
      expect(await runSync(api, name)).toMatchObject({ state: 'done', rows: 2_500 });
      expect(await runSync(api, name)).toMatchObject({ state: 'done', rows: 0 });
    }
    await source.send('visits', numbers(2_501, 2_600));
    for (const name of ['keyed', 'added']) {
      expect(await runSync(api, name)).toMatchObject({ state: 'done', rows: 100 });
      expect(await sums(name)).toEqual({ rows: 2_600, different: 2_600, sum: 3_381_300 });
    }
  });

  test('a topic without messages has none, and what comes later is read', async () => {
    await addSync(api, { name: 'quiet', connection: 'shop', stream: { stream: 'quiet' }, mode: 'incremental' });
    expect(await runSync(api, 'quiet')).toMatchObject({ state: 'done', rows: 0 });
    await source.send('quiet', numbers(1, 3));
    expect(await runSync(api, 'quiet')).toMatchObject({ state: 'done', rows: 3 });
    expect(await sums('quiet')).toEqual({ rows: 3, different: 3, sum: 6 });
  });

  describe('when it breaks in the middle', () => {
    const LAST = 60_000;
    const ALL = { rows: LAST, different: LAST, sum: (LAST * (LAST + 1)) / 2 };
    let relay: KafkaRelay;

    beforeAll(async () => {
      relay = await startRelay(source.broker);
      await connect(api, { name: 'relayed', uses: 'kafka', config: { brokers: relay.broker, allowPrivate: true } });
      const pad = 'x'.repeat(100);
      const messages = Array.from({ length: LAST }, (_, index) => JSON.stringify({ n: index + 1, pad }));
      await source.send('many', messages);
      const sync = { connection: 'relayed', stream: { stream: 'many' }, mode: 'incremental' as const };
      for (const name of ['broken', 'killed']) await addSync(api, { ...sync, name });
    });
    afterAll(() => relay?.stop());

    test('and the broker is gone, the next run goes on where it was', async () => {
      relay.left = 4_000_000;
      const broken = await runSync(api, 'broken');
      expect(broken).toMatchObject({ state: 'failed', error: { code: 'CONNECTION_FAILED' } });
      const kept = await sums('broken');
      expect(kept.rows).toBeGreaterThan(1_000);
      expect(kept.rows).toBe(kept.different);
      relay.left = Number.POSITIVE_INFINITY;
      const rest = await runSync(api, 'broken');
      expect(rest).toMatchObject({ state: 'done', rows: LAST - kept.rows });
      expect(await sums('broken')).toEqual(ALL);
    });

    test('a full refresh leaves what was loaded, after a new field came or was asked about', async () => {
      relay.left = Number.POSITIVE_INFINITY;
      await source.send('moving', numbers(1, 3));
      await connect(api, { name: 'moving', uses: 'kafka', config: { brokers: relay.broker, allowPrivate: true } });
      const found = await changeAndBreak({
        ...{ api, connection: 'moving', stream: { stream: 'moving' } },
        addFresh: () => source.send('moving', ['{"n":4,"fresh":"f"}']),
        breakOff: () => {
          relay.left = 0;
        },
      });
      expect(found).toEqual(NOTHING_LOST);
    });

    test('and Pelton is killed, the next start loses and doubles nothing', async () => {
      [relay.left, relay.breaks] = [5_000_000, false];
      const { id } = await api.post<SyncRun>('/api/syncs/killed/runs');
      await waitFor(async () => ((await api.get<SyncRun>(`/api/sync-runs/${id}`)).rows > 15_000 ? true : undefined));
      await pelton.kill();
      relay.left = Number.POSITIVE_INFINITY;
      await startAgain();
      expect(await syncRunOver(api, id)).toMatchObject({ state: 'done', attempt: 2 });
      expect(await sums('killed')).toEqual(ALL);
    });
  });

  test('rows leave as JSON messages, with the key that a member chooses', async () => {
    await connectUploads(api);
    await uploadRows(api, 'people.csv', [
      'id,email',
      ...Array.from({ length: 1_000 }, (_, id) => `${id},p${id}@example.org`),
    ]);
    await api.publish(
      'people',
      sendFile('people.csv', 'kafka/write', { connection: 'shop', topic: 'people', key: 'id' }),
    );
    expect(sentBy(await api.run('people'))).toMatchObject({ state: 'done', rows: { taken: 1_000, refused: 0 } });
    const messages = await source.messagesOf('people');
    const found = messages.find(({ key }) => key === '7');
    expect(found?.headers?.[0]).toBe('pelton-id');
    expect(JSON.parse(found?.payload ?? '')).toEqual({ id: 7, email: 'p7@example.org' });
    expect(new Set(messages.map(({ key }) => key)).size).toBe(1_000);
    expect(new Set(messages.map(({ headers }) => headers?.join('='))).size).toBe(1_000);
  });

  describe('a connection', () => {
    const check = (config: object) =>
      api.post<ConnectionCheck>('/api/connections/check', {
        ...{ kind: 'connector', uses: 'kafka', secrets: {} },
        config: { brokers: source.broker, allowPrivate: true, ...config },
      });

    test('that is right says what it sees', async () => {
      await source.send('seen', ['{}']);
      expect(await check({})).toMatchObject({
        ok: true,
        message: expect.stringMatching(/^\d+ topics with \d+ partitions$/) as string,
      });
    });

    test.each([
      [{ brokers: '127.0.0.1:1' }, 'nothing listens there. Check brokers, encryption and the way to sign in'],
      [{ brokers: 'nowhere.invalid:9092' }, 'this name is not known'],
      [{ brokers: 'kafka.example.org' }, 'Write host:port'],
      [{ allowPrivate: false }, '127.0.0.1 is a loopback address'],
      [{ mechanism: 'plain' }, 'Enter the user'],
    ])('that is wrong in %o says what to mend', async (config, message) => {
      const result = await check(config);
      expect(result.ok).toBe(false);
      expect(result.message).toContain(message);
    });

    test.skipIf(!hasOpenssl)(
      `is encrypted, with any certificate or one that is trusted${whyNot('openssl')}`,
      async () => {
        const tls = certificate(dataDir);
        const relay = await startRelay(source.broker, { tls });
        const brokers = relay.broker;
        expect(await check({ brokers, tls: 'on' })).toMatchObject({ ok: true });
        expect((await check({ brokers, tls: 'verify' })).message).toContain('its certificate is not trusted');
        expect(await check({ brokers, tls: 'verify', authority: tls.cert })).toMatchObject({ ok: true });
        expect((await check({ brokers })).message).toContain('it ended the connection. Check brokers, encryption');
        await relay.stop();
      },
    );

    test.each([
      ['127.0.0.9', 'it names 127.0.0.9:', 'Set advertised.listeners of the brokers'],
      ['fe80::1:1', 'fe80::1:1 is a link-local address', ''],
    ])('to a cluster that advertises %s says so, and goes nowhere that is not allowed', async (host, ...messages) => {
      const relay = await startRelay(source.broker, { advertised: host });
      const result = await check({ brokers: relay.broker });
      await relay.stop();
      expect(result.ok).toBe(false);
      for (const message of messages) expect(result.message).toContain(message);
    });
  });
});

/** One that is its own authority, for 127.0.0.1. */
function certificate(folder: string): { key: string; cert: string } {
  const [key, cert] = [join(folder, 'broker-key.pem'), join(folder, 'broker.pem')];
  const names = ['-subj', '/CN=broker', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...names, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  });
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}
