import { generateKeyPairSync } from 'node:crypto';
import type { ConnectionCheck, StreamInfo } from '@pelton/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { changeAndBreak, NOTHING_LOST } from '../support/changing-source.js';
import { type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { type Mood, SPREADSHEET, startSheets } from '../support/source-sheets.js';
import { addSync, connect, datasetOf, rowsOf, runSync } from '../support/syncing.js';

const TABS = {
  Orders: [
    ['id', 'total', 'paid', 'on', 'note', 'code', ''],
    [1, 5, true, '2024-01-02', 'a, "b"', 7],
    [2, 7.5, false, '2024-01-03', '', '007', 'x'],
    ['', '', ''],
    [3],
  ],
  "Ann's list": [['name'], ['김']],
  Moving: [['id'], [1], [2]] as unknown[][],
  Empty: [],
};

let pelton: Pelton;
let google: Awaited<ReturnType<typeof startSheets>>;
let api: Api;

beforeAll(async () => {
  [pelton, google] = await Promise.all([startPelton(), startSheets(TABS)]);
  api = await Api.signIn(pelton.url);
  await connect(api, { name: 'sheets', uses: 'google-sheets', ...signIn() });
  await connect(api, { name: 'link', uses: 'google-sheets', config: { ...signIn().config, access: 'link' } });
});
beforeEach(() => {
  google.state.mood = 'well';
});
afterAll(async () => {
  await pelton?.stop();
  await google?.stop();
  removeDataDir(pelton.dataDir);
});

function signIn(serviceAccount = google.serviceAccount) {
  const spreadsheet = `https://docs.google.com/spreadsheets/d/${SPREADSHEET}/edit?gid=0#gid=0`;
  const config = { access: 'service-account', spreadsheet, endpoint: google.url, allowPrivate: true };
  return { config, secrets: { serviceAccount } };
}

function check(input: { config: object; secrets?: object }) {
  return api.post<ConnectionCheck>('/api/connections/check', {
    ...{ kind: 'connector', uses: 'google-sheets', secrets: {} },
    ...input,
  });
}

test('the tabs are listed, and one becomes a dataset with types', async () => {
  expect(await check(signIn())).toMatchObject({ ok: true, message: "4 tabs: Orders, Ann's list, Moving, Empty" });
  const streams = await api.get<StreamInfo[]>('/api/connections/sheets/streams');
  expect(streams.map(({ name }) => name)).toEqual(['Orders', "Ann's list", 'Moving', 'Empty']);
  await addSync(api, { name: 'orders', connection: 'sheets', stream: { stream: 'Orders' } });
  expect(await runSync(api, 'orders')).toMatchObject({ error: null, state: 'done', rows: 3, way: 'streamed' });
  expect((await datasetOf(api, 'orders')).columns.map(({ name, type }) => [name, type])).toEqual([
    ['id', 'Nullable(Int64)'],
    ['total', 'Nullable(Float64)'],
    ['paid', 'Nullable(Bool)'],
    ['on', "Nullable(DateTime64(3, 'UTC'))"],
    ['note', 'Nullable(String)'],
    ['code', 'Nullable(String)'],
    ['column_7', 'Nullable(String)'],
  ]);
  expect(await rowsOf(api, 'orders')).toEqual([
    [1, 5, true, '2024-01-02T00:00:00.000Z', 'a, "b"', '7', null],
    [2, 7.5, false, '2024-01-03T00:00:00.000Z', null, '007', 'x'],
    [3, null, null, null, null, null, null],
  ]);
});

test('a tab may be called anything', async () => {
  await addSync(api, { name: 'list', connection: 'sheets', stream: { stream: "Ann's list" } });
  const bytes = Buffer.byteLength('{"name":"김"}');
  expect(await runSync(api, 'list')).toMatchObject({ state: 'done', rows: 1, bytes });
  expect(await rowsOf(api, 'list')).toEqual([['김']]);
});

test('a sheet that is shared by link is read without an account', async () => {
  await addSync(api, { name: 'by-link', connection: 'link', stream: { stream: 'Orders' } });
  expect(await runSync(api, 'by-link')).toMatchObject({ error: null, state: 'done', rows: 3 });
  expect((await rowsOf(api, 'by-link'))[1]).toEqual([2, 7.5, false, '2024-01-03T00:00:00.000Z', null, '007', 'x']);
});

describe('what is wrong is told', () => {
  test.each<[Mood, string]>([
    ['not shared', 'it is not shared with the service account. Share it with reader@shop.iam.gserviceaccount.com'],
    ['gone', 'it is not there. Check the link, and whether it was deleted.'],
    ['api off', 'the Google Sheets API is switched off in the project of the service account. Enable it there.'],
    ['busy', 'it was asked too often for the quota of the project.'],
  ])('%s', async (mood, reason) => {
    google.state.mood = mood;
    expect(await check(signIn())).toMatchObject({ ok: false, message: expect.stringContaining(reason) as string });
  });

  test('a link that is not shared', async () => {
    google.state.mood = 'not shared';
    const { message } = await check({ config: { ...signIn().config, access: 'link' } });
    expect(message).toContain('it is not shared by link');
  });

  test('a tab that is not there, and one that is empty', async () => {
    await addSync(api, { name: 'gone', connection: 'sheets', stream: { stream: 'Gone' } });
    expect((await runSync(api, 'gone')).error?.message).toBe('There is no tab called Gone.');
    await addSync(api, { name: 'empty', connection: 'sheets', stream: { stream: 'Empty' } });
    expect((await runSync(api, 'empty')).error?.message).toContain('the tab Empty is empty');
  });

  test('a key that is none, or of somebody else', async () => {
    expect((await check(signIn('{}'))).message).toContain('Paste the whole JSON file');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    const other = JSON.stringify({ client_email: google.email, private_key: pem });
    expect((await check(signIn(other))).message).toContain('Google does not take the key of the service account');
    const broken = JSON.stringify({ client_email: google.email, private_key: 'no key' });
    const { message } = await check(signIn(broken));
    expect(message).toContain('the private key in it cannot be read');
    expect(message).not.toContain('no key');
  });
});

test('a quota that is used up for a moment is waited for', async () => {
  google.state.mood = 'busy once';
  expect(await check(signIn())).toMatchObject({ ok: true });
});

test('an emulator in the own network has to be allowed', async () => {
  const { config, secrets } = signIn();
  expect(await check({ config: { ...config, allowPrivate: false }, secrets })).toMatchObject({
    ok: false,
    message: expect.stringContaining('127.0.0.1 is a loopback address') as string,
  });
});

test('a tab that changes, and a sheet that is gone', async () => {
  await connect(api, { name: 'moving', uses: 'google-sheets', ...signIn() });
  const found = await changeAndBreak({
    ...{ api, connection: 'moving', stream: { stream: 'Moving' } },
    addFresh: () => TABS.Moving.splice(0, 2, ['id', 'fresh'], [1, 'f']),
    breakOff: () => {
      google.state.mood = 'gone';
    },
  });
  expect(found).toEqual(NOTHING_LOST);
});
