import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSocket } from './open-socket.js';

let server: Server;
let port = 0;
let connections = 0;

beforeAll(async () => {
  server = createServer((socket) => {
    connections += 1;
    socket.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
});
afterAll(() => server.close());

test.each(['127.0.0.1', 'localhost', '169.254.169.254', '[::1]', '::ffff:127.0.0.1'])(
  'a socket to %s fails before it connects',
  async (host) => {
    const socket = openSocket({ host, port, allowPrivate: false }, () => undefined);
    const [error] = (await once(socket, 'error').catch((thrown: unknown) => [thrown])) as [unknown];
    expect(error).toMatchObject({ code: 'ADDRESS_NOT_ALLOWED' });
    expect(connections).toBe(0);
  },
);

test('a socket into the own network connects where that is allowed, and to a link-local address never', async () => {
  const socket = openSocket({ host: '127.0.0.1', port, allowPrivate: true }, () => undefined);
  await once(socket, 'connect');
  socket.destroy();
  const local = openSocket({ host: '169.254.169.254', port, allowPrivate: true }, () => undefined);
  await expect(once(local, 'connect')).rejects.toMatchObject({ code: 'ADDRESS_NOT_ALLOWED' });
});
