import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Run } from '@pelton/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { newDataDir, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { connectUploads, sendFile, sentBy, uploadRows } from '../support/sending.js';
import { type SourceHttp, startHttp } from '../support/source-http.js';
import { type SourcePostgres, startPostgres } from '../support/source-postgres.js';
import { connect } from '../support/syncing.js';
import { waitFor } from '../support/wait-for.js';

const ROWS = 20_000;
const BATCH = 5_000;
const SENT = 1_500;

const dataDir = newDataDir();
let pelton: Pelton;
let database: SourcePostgres;
let endpoint: SourceHttp;
let api: Api;
/** Idempotency keys that the endpoint saw, in order. */
const keys: string[] = [];

beforeAll(async () => {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    await text(request);
    keys.push(String(request.headers['idempotency-key']));
    response.end('{}');
  };
  [pelton, database, endpoint] = await Promise.all([
    startPelton({ dataDir }),
    startPostgres(),
    startHttp((request, response) => void answer(request, response)),
  ]);
  api = await Api.signIn(pelton.url);
  await connectUploads(api);
  await connect(api, { name: 'crm', uses: 'postgres', config: database.config, secrets: database.secrets });
  const config = { url: endpoint.url, allowPrivate: true, requestsPerSecond: 1_000 };
  await connect(api, { name: 'api', uses: 'http', config });
  const lines = (count: number) => Array.from({ length: count }, (_, index) => `${index},p${index % 997},${index / 8}`);
  await uploadRows(api, 'many.csv', ['id,name,score', ...lines(ROWS)]);
  await uploadRows(api, 'some.csv', ['id,name,score', ...lines(SENT)]);
});
afterAll(async () => {
  await pelton?.stop();
  await database?.stop();
  await endpoint?.stop();
  removeDataDir(dataDir);
});

const query = async (statement: string) => (await database.client.query<Record<string, unknown>>(statement)).rows;

/** Starts a run, kills Pelton when so much has left, starts it again and waits for the run to end by itself. */
async function killWhen(pipeline: string, isTime: () => Promise<boolean>): Promise<Run> {
  const { id } = await api.post<Run>(`/api/pipelines/${pipeline}/runs`);
  await waitFor(async () => ((await isTime()) ? true : undefined), { what: 'rows to leave' });
  await pelton.kill();
  pelton = await startPelton({ dataDir });
  api = await Api.signIn(pelton.url);
  const run = await api.finished(id);
  expect(sentBy(run).attempt).toBe(2);
  return run;
}

test('kill -9 while rows go to a table by update: it goes on, and the table is as an undisturbed run leaves it', async () => {
  const columns = '(id bigint PRIMARY KEY, name text, score numeric)';
  await query(`CREATE TABLE undisturbed ${columns}; CREATE TABLE killed ${columns}; CREATE TABLE writes (rows int)`);
  // Counts what is written, and makes each batch last a little.
  await query(`CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      PERFORM pg_sleep(0.1); INSERT INTO writes SELECT count(*) FROM written; RETURN NULL; END $$;
    CREATE TRIGGER note AFTER INSERT ON killed REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note()`);
  const params = (table: string) => ({ connection: 'crm', table, mode: 'update', keys: ['id'] });
  await api.publish('undisturbed', sendFile('many.csv', 'postgres/write', params('undisturbed')));
  expect(sentBy(await api.run('undisturbed')).rows).toEqual({ taken: ROWS, refused: 0 });

  await api.publish('killed', sendFile('many.csv', 'postgres/write', params('killed')));
  const written = async () => Number((await query('SELECT count(*) AS rows FROM killed'))[0]?.['rows']);
  const run = await killWhen('killed', async () => (await written()) > ROWS / 4);
  expect(sentBy(run)).toMatchObject({ state: 'done', rows: { taken: ROWS, refused: 0 } });
  const checksum = (table: string) => query(`SELECT md5(string_agg(t::text, ',' ORDER BY id)) AS sum FROM ${table} t`);
  expect(await checksum('killed')).toEqual(await checksum('undisturbed'));
  const [{ rows } = {}] = await query('SELECT sum(rows)::int AS rows FROM writes');
  expect(Number(rows)).toBeLessThanOrEqual(ROWS + BATCH);
});

test('kill -9 while rows are appended to an endpoint: each arrives, and those that come twice bear the same key', async () => {
  await api.publish('sent', sendFile('some.csv', 'http/write', { connection: 'api', path: 'rows' }));
  const run = await killWhen('sent', () => Promise.resolve(keys.length > SENT / 2));
  expect(sentBy(run).rows).toEqual({ taken: SENT, refused: 0 });
  expect(new Set(keys)).toEqual(new Set(Array.from({ length: SENT }, (_, row) => `${run.id}-out-${row}`)));
  expect(keys.length - SENT).toBeLessThanOrEqual(BATCH);
});
