import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openOutgoing, type Outgoing } from './open-outgoing.js';

let server: Server;
let url: URL;
let asked = 0;
beforeAll(async () => {
  server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`); // it listens on a port
});
afterAll(() => void server.close());

async function withOutgoing<T>(allowPrivate: boolean, work: (outgoing: Outgoing) => Promise<T>): Promise<T> {
  const outgoing = await openOutgoing({ connection: 'the shop', allowPrivate });
  try {
    return await work(outgoing);
  } finally {
    await outgoing.close();
  }
}

test('a redirect is an answer, and is not followed', async () => {
  expect((await withOutgoing(true, (outgoing) => outgoing.ask(url))).status).toBe(302);
});

test.each(['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', '0.0.0.0'])(
  '%s is not asked unless that is allowed',
  async (host) => {
    const before = asked;
    const asking = withOutgoing(false, (outgoing) => outgoing.ask(new URL(`http://${host}:${url.port}`)));
    await expect(asking).rejects.toMatchObject({ code: 'ADDRESS_NOT_ALLOWED' });
    expect(asked).toBe(before);
  },
);

test('link-local addresses, as of cloud metadata, are never asked', async () => {
  const asking = withOutgoing(true, (outgoing) => outgoing.ask(new URL('http://169.254.169.254/latest/meta-data')));
  await expect(asking).rejects.toMatchObject({ code: 'ADDRESS_NOT_ALLOWED', facts: { range: 'link-local' } });
});

test('a server that is not there is told by what a person calls it', async () => {
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as AddressInfo; // it listened on a port
  free.close();
  await once(free, 'close');
  const asking = withOutgoing(true, (outgoing) => outgoing.ask(new URL(`http://127.0.0.1:${port}`)));
  await expect(asking).rejects.toThrow('the shop did not answer: nothing listens there. Check the address.');
});
