import { once } from 'node:events';
import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { useWarehouse } from '../testing/test-warehouse.js';

const warehouse = useWarehouse();

beforeAll(async () => {
  await warehouse.run('CREATE DATABASE pelton_wire');
  await warehouse.run('CREATE TABLE pelton_wire.t (n UInt64) ENGINE = MergeTree ORDER BY n');
});

const address = () => new URL(warehouse.url);
const basic = () => {
  const { username, password } = address();
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
};

const readerHeaders = () => {
  const { username, password } = new URL(warehouse.readerUrl);
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
};

async function ask(path: string, init: RequestInit = {}, headers: Record<string, string> = basic()) {
  const response = await fetch(new URL(path, address().origin), { ...init, headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const post = (body: string | Buffer<ArrayBuffer>, path = '/', headers: Record<string, string> = {}) =>
  ask(path, { method: 'POST', body }, { ...basic(), ...headers });
const count = async () => (await post('SELECT count() FROM pelton_wire.t')).text.trim();

test('answers /ping and an empty GET without credentials', async () => {
  expect(await ask('/ping', {}, {})).toMatchObject({ status: 200, text: 'Ok.\n' });
  expect(await ask('/', {}, {})).toMatchObject({ status: 200, text: 'Ok.\n' });
});

test('takes a query from the URL, the body, or both', async () => {
  expect(await ask('/?query=SELECT%201')).toMatchObject({ status: 200, text: '1\n' });
  expect(await post('SELECT 1')).toMatchObject({ status: 200, text: '1\n' });
  expect(await post('1', '/?query=SELECT')).toMatchObject({ status: 200, text: '1\n' });
});

test('tells about the answer in headers', async () => {
  const { headers } = await post('SELECT 1', '/?default_format=JSONCompact&query_id=mine');
  expect(headers.get('x-clickhouse-query-id')).toBe('mine');
  expect(headers.get('x-clickhouse-format')).toBe('JSONCompact');
  expect(headers.get('content-type')).toBe('application/json; charset=UTF-8');
  expect(headers.get('x-clickhouse-timezone')).toBe('UTC');
  expect(JSON.parse(headers.get('x-clickhouse-summary') ?? '')).toMatchObject({ read_rows: '1', written_rows: '0' });
});

test('knows a user by headers and by parameters too', async () => {
  const { username, password } = address();
  const byHeaders = { 'X-ClickHouse-User': username, 'X-ClickHouse-Key': password };
  expect(await ask('/?query=SELECT%201', {}, byHeaders)).toMatchObject({ status: 200, text: '1\n' });
  expect(await ask(`/?query=SELECT%201&user=${username}&password=${password}`, {}, {})).toMatchObject({ status: 200 });
});

test.each([
  ['nobody', {}, 401, '194'],
  ['a wrong password', { 'X-ClickHouse-User': 'pelton', 'X-ClickHouse-Key': 'x' }, 403, '516'],
  ['an empty password', { 'X-ClickHouse-User': 'pelton' }, 403, '516'],
  ['an unknown user', { 'X-ClickHouse-User': 'default', 'X-ClickHouse-Key': '' }, 403, '516'],
  ['a broken header', { authorization: 'Basic !' }, 403, '516'],
])('refuses %s', async (_, headers: Record<string, string>, status, code) => {
  const answer = await ask('/?query=SELECT%201', {}, headers);
  expect(answer.status).toBe(status);
  expect(answer.headers.get('x-clickhouse-exception-code')).toBe(code);
});

test.each([
  [
    'SELECT * FROM nope',
    404,
    '60',
    /^Code: 60\. DB::Exception: .*'nope'.* \(UNKNOWN_TABLE\) \(version 26\.\S+ \(official build\)\)\n$/,
  ],
  ['SELECT * FROM nope.x', 404, '81', /\(UNKNOWN_DATABASE\) \(version/],
  ['SELECT 1 WHERE', 400, '62', /\(SYNTAX_ERROR\) \(version/],
  ["SELECT toDate('x')", 400, '38', /\(CANNOT_PARSE_DATE\) \(version/],
  ['SELECT throwIf(1)', 500, '395', /\(FUNCTION_THROW_IF_VALUE_IS_NON_ZERO\) \(version/],
  ['', 400, '62', /Empty query/],
])('answers %s with status %i', async (query, status, code, text) => {
  const answer = await post(query);
  expect(answer).toMatchObject({ status, text: expect.stringMatching(text) });
  expect(answer.headers.get('x-clickhouse-exception-code')).toBe(code);
});

test.each([
  ['/?session_id=a&query=SELECT%201', 501],
  ['/?role=a&query=SELECT%201', 501],
  ['/?compress=1&query=SELECT%201', 501],
  ['/?query=SELECT%201&default_format=CSV%3B', 404],
  ['/nowhere', 404],
])('refuses %s', async (path, status) => {
  expect((await ask(path)).status).toBe(status);
});

test('gives back an id that does not fit into a header as well as it can', async () => {
  const { status, headers } = await post('SELECT 1', '/?query_id=%ED%95%9C%0D%0AX-Evil%3A%201');
  expect(status).toBe(200);
  expect(headers.get('x-clickhouse-query-id')).toBe('???X-Evil: 1');
});

test('changes nothing by GET', async () => {
  const answer = await ask('/?query=INSERT%20INTO%20pelton_wire.t%20VALUES%20(1)');
  expect(answer).toMatchObject({ status: 500, text: expect.stringMatching(/\(READONLY\)/) });
  expect(await count()).toBe('0');
});

test('finds the data behind a statement in the body', async () => {
  await post('INSERT INTO pelton_wire.t FORMAT CSV\n1\n2\n');
  await post('3\n', '/?query=INSERT%20INTO%20pelton_wire.t%20FORMAT%20CSV%204');
  expect((await post('SELECT groupArray(n) FROM (SELECT n FROM pelton_wire.t ORDER BY n)')).text).toBe('[1,2,3,4]\n');
  await post('TRUNCATE TABLE pelton_wire.t');
});

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
] as const)('takes bodies compressed with %s', async (encoding, compress) => {
  const headers = { 'content-encoding': encoding };
  expect(await post(compress('SELECT 1'), '/', headers)).toMatchObject({ status: 200, text: '1\n' });
  await post(compress('1\n2\n'), '/?query=INSERT%20INTO%20pelton_wire.t%20FORMAT%20CSV', headers);
  expect(await count()).toBe('2');
  await post('TRUNCATE TABLE pelton_wire.t');
});

test('refuses an encoding that it does not know', async () => {
  const headers = { 'content-encoding': 'secret' };
  expect(await post('x', '/?query=INSERT%20INTO%20pelton_wire.t%20FORMAT%20CSV', headers)).toMatchObject({
    status: 500,
  });
});

test('leaves no rows of a broken compressed body', async () => {
  const body = gzipSync('1\n'.repeat(100_000)).subarray(0, 100);
  const answer = await post(body, '/?query=INSERT%20INTO%20pelton_wire.t%20FORMAT%20CSV', {
    'content-encoding': 'gzip',
  });
  expect(answer.status).toBe(500);
  expect(await count()).toBe('0');
});

test('leaves no rows of an upload that is cut off', async () => {
  const { hostname, port } = address();
  const path = '/?query=INSERT%20INTO%20pelton_wire.t%20FORMAT%20CSV';
  const upload = httpRequest({ hostname, port, path, method: 'POST', headers: basic() });
  upload.on('error', () => {});
  upload.write('1\n'.repeat(1_000_000));
  await once(upload, 'drain');
  upload.destroy();
  expect(await count()).toBe('0');
});

test.each([
  [
    'a statement that is refused',
    '/?query=INSERT%20INTO%20pelton_wire.t%20FROM%20INFILE%20%27x%27%20FORMAT%20CSV',
    basic,
    501,
  ],
  ['a user who may not write', '/?query=INSERT%20INTO%20pelton_wire.t%20FORMAT%20CSV', readerHeaders, 403],
  [
    'a wrong password',
    '/?query=INSERT%20INTO%20pelton_wire.t%20FORMAT%20CSV',
    () => ({ authorization: 'Basic eDp5' }),
    403,
  ],
])('answers on the same connection after %s', async (_, path, headers, status) => {
  const { hostname, port } = address();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const send = async (to: string, body: string, sent: Record<string, string>) => {
    const asking = httpRequest({ agent, hostname, port, path: to, method: 'POST', headers: sent });
    asking.end(body);
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    for await (const chunk of response) void chunk;
    return { status: response.statusCode, socket: asking.socket };
  };
  const refused = await send(path, '1\n'.repeat(2_000_000), headers());
  expect(refused.status).toBe(status);
  const next = await send('/', 'SELECT 1', basic());
  expect(next).toEqual({ status: 200, socket: refused.socket });
});

test('ends a stream that fails with the error, and breaks it off', async () => {
  const { hostname, port } = address();
  const asking = httpRequest({ hostname, port, path: '/', method: 'POST', headers: basic() });
  asking.end("SELECT throwIf(number = 600000, 'in the middle'), number FROM numbers(1000000) FORMAT TSV");
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  let text = '';
  const reading = (async () => {
    for await (const chunk of response.setEncoding('utf8')) text = (text + String(chunk)).slice(-2_000);
  })();
  await expect(reading).rejects.toThrow('aborted');
  const tag = String(response.headers['x-clickhouse-exception-tag']);
  const [, message = '', length] =
    new RegExp(`\r\n__exception__\r\n${tag}\r\n([^]*)\n(\\d+) ${tag}\r\n__exception__\r\n$`).exec(text) ?? [];
  expect(message).toMatch(/^Code: 395\. DB::Exception: in the middle/);
  expect(Number(length)).toBe(Buffer.byteLength(message) + 1);
});

test('writes no faster than the client reads', async () => {
  const { hostname, port } = address();
  const asking = httpRequest({ hostname, port, path: '/', method: 'POST', headers: basic() });
  asking.end('SELECT number, sipHash64(number) AS unread FROM numbers(100000000) FORMAT TSV');
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  const rowsRead = async () =>
    Number(
      (await post("SELECT max(read_rows) FROM system.processes WHERE query LIKE '%unread%' AND query NOT LIKE '%max%'"))
        .text,
    );
  let before = -1;
  for (let now = await rowsRead(); now !== before || now === 0; now = await rowsRead()) {
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 200)); // one interval in which an unhindered query would go on
  }
  expect(before).toBeLessThan(20_000_000);
  response.destroy();
});
