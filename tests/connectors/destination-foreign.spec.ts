import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json as readJson } from 'node:stream/consumers';
import type { WriteBatch } from '@pelton/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { connectUploads, rowsAt, sendFile, sentBy, uploadRows } from '../support/sending.js';
import { json, type SourceHttp, startHttp } from '../support/source-http.js';
import { connect } from '../support/syncing.js';

/** A connector that hands each batch to an address and says what that said. It has no dependency, so it needs no build. */
const CODE = `
const text = { type: 'string' };
const object = (properties) => ({ type: 'object', properties, required: Object.keys(properties) });
const spec = { kind: 'connector', id: 'relay', title: 'Relay', description: '', icon: 'api', config: object({ url: text }),
  secrets: [], stream: object({ stream: text }), can: ['read', 'write'],
  writes: { modes: ['append'], target: object({ place: text }) } };
const write = async ({ config, target, batch }) => {
  const response = await fetch(config.url + '/' + target.place, { method: 'POST', body: JSON.stringify(batch) });
  if (response.status === 418) process.exit(1);
  return response.json();
};
const calls = { check: async () => ({ ok: true, message: '' }), discover: async () => [], read: async function* () {}, write };
export default { contributions: [{ kind: 'connector', spec, calls }] };
`;
const ROWS = 2_500;

let plugins: string;
let pelton: Pelton;
let endpoint: SourceHttp;
let api: Api;
const batches: number[] = [];
const taken = new Set<unknown>();
let hasDied = false;

beforeAll(async () => {
  plugins = mkdtempSync(join(tmpdir(), 'pelton-plugins-'));
  mkdirSync(join(plugins, 'relay'));
  const manifest = {
    ...{ apiVersion: 1, host: '>=0.1', title: 'Relay', entry: 'index.js' },
    contributes: [{ kind: 'connector', id: 'relay', title: 'Relay' }],
    permissions: { network: ['https:*'], secrets: [] },
  };
  writeFileSync(
    join(plugins, 'relay', 'package.json'),
    JSON.stringify({ name: 'relay', version: '1.0.0', type: 'module', pelton: manifest }),
  );
  writeFileSync(join(plugins, 'relay', 'index.js'), CODE);
  endpoint = await startHttp((request, response, url) => void answer(request, response, url));
  pelton = await startPelton({ env: { PELTON_PLUGINS: plugins } });
  api = await Api.signIn(pelton.url);
  await connectUploads(api);
  await connect(api, { name: 'relay', uses: 'relay', config: { url: endpoint.url } });
  await uploadRows(api, 'rows.csv', ['id', ...Array.from({ length: ROWS }, (_, index) => String(index))]);
});
afterAll(async () => {
  await pelton?.stop();
  await endpoint?.stop();
  removeDataDir(pelton.dataDir);
  rmSync(plugins, { recursive: true, force: true });
});

/** Takes odd rows only, half of a batch at most; its plugin dies once. */
async function answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const { records } = (await readJson(request)) as WriteBatch;
  if (url.pathname === '/silent') return json(response, []);
  if (batches.length === 3 && !hasDied) {
    hasDied = true;
    return json(response, {}, 418);
  }
  const some = records.slice(0, Math.ceil(records.length / 2));
  batches.push(records.length);
  for (const { id } of some) if (Number(id) % 2 === 1) taken.add(id);
  json(
    response,
    some.map(({ id }) => (Number(id) % 2 === 1 ? { ok: true } : { ok: false, reason: `${Number(id)} is even` })),
  );
}

test('a plugin in a process of its own gets rows in batches; what it leaves over comes again, also after it died', async () => {
  await api.publish('relayed', sendFile('rows.csv', 'relay/write', { connection: 'relay', place: 'rows' }));
  const run = await api.run('relayed');
  expect(sentBy(run)).toMatchObject({ state: 'done', rows: { taken: ROWS / 2, refused: ROWS / 2 } });
  expect(taken.size).toBe(ROWS / 2);
  expect(hasDied).toBe(true);
  expect(Math.max(...batches)).toBeLessThanOrEqual(5_000);
  const [first] = await rowsAt(api, run, 'refused');
  expect(first).toEqual({ id: 0, refusal: '0 is even' });
});

test('a plugin that does not say what became of rows fails the step', async () => {
  await api.publish('silent', sendFile('rows.csv', 'relay/write', { connection: 'relay', place: 'silent' }));
  expect(sentBy(await api.run('silent')).error?.message).toBe(
    'relay takes no rows for silent: The plugin relay failed in write: it told of 0 rows what became of them, of 100. 0 of 2500 rows are through; mend it, and let the run go on from there.',
  );
});
