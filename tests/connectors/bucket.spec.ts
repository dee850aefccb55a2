import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionCheck, StreamInfo } from '@pelton/contract';
import { Session } from 'chdb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { changeAndBreak, NOTHING_LOST } from '../support/changing-source.js';
import { type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { startS3rver } from '../support/s3rver.js';
import { BUCKET, type SourceBucket, startBucket } from '../support/source-bucket.js';
import { addSync, connect, datasetOf, rowsOf, runSync } from '../support/syncing.js';

let pelton: Pelton;
let api: Api;
beforeAll(async () => {
  pelton = await startPelton();
  api = await Api.signIn(pelton.url);
});
afterAll(async () => {
  await pelton?.stop();
  removeDataDir(pelton.dataDir);
});

function configOf({ url, key }: SourceBucket, config: object = {}) {
  return { endpoint: url, bucket: BUCKET, accessKeyId: key.id, allowPrivate: true, ...config };
}

function check(bucket: SourceBucket, config: object, secretAccessKey = bucket.key.secret) {
  const input = { kind: 'connector', uses: 's3', config: configOf(bucket, config), secrets: { secretAccessKey } };
  return api.post<ConnectionCheck>('/api/connections/check', input);
}

function connectTo(bucket: SourceBucket, name: string, config: object = {}) {
  const secrets = { secretAccessKey: bucket.key.secret };
  return connect(api, { name, uses: 's3', config: configOf(bucket, config), secrets });
}

describe.each([
  ['s3rver', startS3rver],
  ['ours', startBucket],
])('on %s', (at, start) => {
  let bucket: SourceBucket;
  beforeAll(async () => {
    bucket = await start();
    await connectTo(bucket, at);
  });
  afterAll(() => bucket?.stop());

  test('check lists the bucket', async () => {
    expect(await check(bucket, {})).toMatchObject({ ok: true });
  });

  test.each([
    ['a wrong secret', {}, 'wrong', /the secret does not fit the access key \w+\. Enter it again\./],
    [
      'an unknown key',
      { accessKeyId: 'NOBODY' },
      undefined,
      /it does not know the access key NOBODY\. Enter another\./,
    ],
    ['a missing bucket', { bucket: 'gone' }, undefined, /there is no bucket gone\. Check its name and the endpoint\./],
    ['the own network', { allowPrivate: false }, undefined, /127\.0\.0\.1 is a loopback address\./],
    [
      'cloud metadata',
      { endpoint: 'http://169.254.169.254' },
      undefined,
      /169\.254\.169\.254 is a link-local address\./,
    ],
  ])('check tells %s', async (_title, config: object, secret, reason) => {
    const { ok, message } = await check(bucket, config, secret);
    expect({ ok, message }).toEqual({ ok: false, message: expect.stringMatching(reason) as string });
  });

  test('new and changed objects are read, and no other', async () => {
    await bucket.put('orders/01.csv', 'id,total\n1,5\n2,7.5\n');
    await bucket.put('orders/02.csv', 'id,total\n3,1\n');
    await bucket.put('orders/notes.md', '# no rows');
    await addSync(api, {
      ...{ name: `${at}-orders`, connection: at, stream: { stream: 'orders/*.csv', origin: true } },
      ...{ mode: 'incremental', primaryKey: ['_file', '_row'] },
    });
    expect(await runSync(api, `${at}-orders`)).toMatchObject({ state: 'done', rows: 3 });
    await bucket.put('orders/03.csv', 'id,total\n4,2\n');
    expect(await runSync(api, `${at}-orders`)).toMatchObject({ state: 'done', rows: 1 });
    await bucket.put('orders/01.csv', 'id,total\n1,6\n2,7.5\n'); // as long as before
    expect(await runSync(api, `${at}-orders`)).toMatchObject({ state: 'done', rows: 2 });
    await bucket.delete('orders/02.csv');
    expect(await runSync(api, `${at}-orders`)).toMatchObject({ state: 'done', rows: 0 });
    const rows = await rowsOf(api, `${at}-orders`);
    expect(rows.sort((one, other) => Number(one[2]) - Number(other[2]))).toEqual([
      ['orders/01.csv', 1, 1, 6],
      ['orders/01.csv', 2, 2, 7.5],
      ['orders/02.csv', 1, 3, 1],
      ['orders/03.csv', 1, 4, 2],
    ]);
  });

  test('an object that changes while it is read stops the sync, and nothing of it is kept', async () => {
    const line = `${'x'.repeat(99)}\n`;
    await bucket.put('moving/a.csv', `text\n${line.repeat(2_000)}`);
    await addSync(api, {
      name: `${at}-moving`,
      connection: at,
      stream: { stream: 'moving/*.csv' },
      mode: 'incremental',
    });
    bucket.changeAfterNext('moving/a.csv', `text\n${line.repeat(2_001)}`);
    expect((await runSync(api, `${at}-moving`)).error).toMatchObject({ code: 'FILE_CHANGED' });
    expect(await runSync(api, `${at}-moving`)).toMatchObject({ state: 'done', rows: 2_001 });
  });

  test('an object that is not there is told by its name', async () => {
    await addSync(api, { name: `${at}-gone`, connection: at, stream: { stream: 'gone/*.csv' } });
    expect((await runSync(api, `${at}-gone`)).error?.message).toContain('gone/*.csv is not there');
  });

  test('objects that change, and one that changes again while it is read', async () => {
    const connection = `${at}-moving`;
    await connectTo(bucket, connection);
    const lines = (head: string, line: string) => `${head}\n${`${line}\n`.repeat(20_000)}`;
    await bucket.put('changing/a.csv', lines('id,name', '1,tea'));
    const found = await changeAndBreak({
      ...{ api, connection, stream: { stream: 'changing/a.csv' } },
      addFresh: () => bucket.put('changing/a.csv', lines('id,name,fresh', '1,tea,f')),
      breakOff: () => bucket.changeAfterNext('changing/a.csv', lines('id,name,fresh', '2,mug,f')),
    });
    expect(found).toEqual(NOTHING_LOST);
  });
});

describe('on ours only', () => {
  let bucket: SourceBucket;
  beforeAll(async () => {
    bucket = await startBucket();
    await connectTo(bucket, 'shop');
  });
  afterAll(() => bucket?.stop());

  test('something else than an S3 service is told', async () => {
    expect((await check(bucket, { endpoint: pelton.url })).ok).toBe(false);
  });

  test('more objects than a page of the list holds are all read', async () => {
    for (let n = 0; n < 1_005; n += 1) await bucket.put(`many/${n}.csv`, `n\n${n}\n`);
    await addSync(api, { name: 'many', connection: 'shop', stream: { stream: 'many/*.csv' }, mode: 'incremental' });
    expect(await runSync(api, 'many')).toMatchObject({ error: null, rows: 1_005, way: 'streamed' });
    expect(await runSync(api, 'many')).toMatchObject({ state: 'done', rows: 0 });
    expect((await datasetOf(api, 'many')).rows).toBe(1_005);
  }, 120_000);

  test('Parquet and JSON lines are read, and keys may hold any mark', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pelton-parquet-'));
    const session = new Session();
    session.query(
      `INSERT INTO FUNCTION file('${folder}/a.parquet', 'Parquet') SELECT number AS n, toString(number) AS s FROM numbers(2500)
       SETTINGS output_format_parquet_compression_method = 'snappy', output_format_parquet_row_group_size = 1000`,
    );
    session.cleanup();
    await bucket.put('exports/a.parquet', readFileSync(join(folder, 'a.parquet')));
    rmSync(folder, { recursive: true });
    await bucket.put('exports/한글 a+b (1).jsonl', '{"id":"é"}\n');
    await connectTo(bucket, 'exports', { prefix: 'exports' });
    const streams = await api.get<StreamInfo[]>('/api/connections/exports/streams');
    expect(streams.map(({ name, rows }) => [name, rows])).toEqual([
      ['a.parquet', 2_500],
      ['한글 a+b (1).jsonl', 1],
    ]);
    await addSync(api, { name: 'parquet', connection: 'exports', stream: { stream: 'a.parquet' } });
    expect(await runSync(api, 'parquet')).toMatchObject({ state: 'done', rows: 2_500 });
    await addSync(api, { name: 'lines', connection: 'exports', stream: { stream: '한글 a+b (1).jsonl' } });
    expect(await runSync(api, 'lines')).toMatchObject({ state: 'done', rows: 1 });
    expect(await rowsOf(api, 'lines')).toEqual([['é']]);
  });
});
