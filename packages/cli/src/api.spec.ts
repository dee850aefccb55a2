import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Api } from './api.js';

/** Breaks the connection of every other request, and writes down under which key each came. */
const keys: unknown[] = [];
const server = createServer((request, response) => {
  keys.push(request.headers['idempotency-key']);
  if (keys.length % 2 === 1) request.socket.destroy();
  else response.end('{"id":"run-1"}');
});
let url = '';
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
});
afterAll(() => server.close());

test('a write whose connection breaks is sent once more, under the same key', async () => {
  const api = new Api(url, 'pk_1');
  expect(await api.post('/api/pipelines/orders/runs', {})).toEqual({ id: 'run-1' });
  expect(keys).toEqual([expect.stringMatching(/^[\w-]{36}$/), keys[0]]);
  await api.post('/api/pipelines/orders/runs', {});
  expect(keys[2]).not.toBe(keys[0]);
});

test('a server that is not there is told', async () => {
  await expect(new Api('http://127.0.0.1:1', 'pk_1').get('/api/runs')).rejects.toThrow('Is Pelton running there?');
});
