import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { check } from './check.js';
import { ConnectionConfig } from './connection-config.js';
import { discover } from './discover.js';

/*
 * A broker at the border, for what the mock cluster of tests/connectors/kafka.spec.ts does not know: users, and topics that
 * are not there. It answers no more than the requests that come before that is found out, and is not a real Kafka.
 */
const API = {
  Metadata: 3,
  SaslHandshake: 17,
  ApiVersions: 18,
  SaslAuthenticate: 36,
  ListOffsets: 2,
  Fetch: 1,
} as const;
/** Of a request. What begins encryption looks like a larger one. */
const MOST_BYTES = 100_000_000;
const WRONG_PASSWORD = 58;
const NO_SUCH_TOPIC = 3;

const int16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const int32 = (value: number) => Buffer.from(new Uint8Array([value >> 24, value >> 16, value >> 8, value]));
const text = (value: string) => Buffer.concat([int16(value.length), Buffer.from(value)]);
const list = (items: Buffer[]) => Buffer.concat([int32(items.length), ...items]);

/** By the request's number, its one version that is known. */
const VERSIONS: Record<number, number> = { 3: 1, 17: 1, 18: 0, 36: 0 };

let server: Server;
let port = 0;

beforeAll(async () => {
  server = createServer((socket) => {
    let received = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (piece) => {
      received = Buffer.concat([received, piece]);
      if (received.length >= 4 && received.readInt32BE(0) > MOST_BYTES) socket.destroy(); // as Kafka does
      while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
        const size = received.readInt32BE(0);
        socket.write(answer(received.subarray(4, 4 + size)));
        received = received.subarray(4 + size);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
});
afterAll(() => server.close());

function answer(request: Buffer): Buffer {
  const body = bodyOf(request.readInt16BE(0), request.subarray(10 + request.readInt16BE(8)));
  return Buffer.concat([int32(4 + body.length), request.subarray(4, 8), body]);
}

function bodyOf(api: number, request: Buffer): Buffer {
  if (api === API.ApiVersions) {
    const known = Object.entries(VERSIONS).map(([key, version]) =>
      Buffer.concat([int16(Number(key)), int16(version), int16(version)]),
    );
    return Buffer.concat([int16(0), list(known), int32(0)]);
  }
  if (api === API.SaslHandshake) return Buffer.concat([int16(0), list([text('PLAIN')])]);
  if (api === API.SaslAuthenticate) {
    const isRight = request.includes('\u0000ada\u0000right');
    return Buffer.concat([int16(isRight ? 0 : WRONG_PASSWORD), text('Authentication failed'), list([])]);
  }
  return metadata(request);
}

/** One broker, and no topic: each that is asked for is refused. */
function metadata(request: Buffer): Buffer {
  const broker = Buffer.concat([int32(1), text('127.0.0.1'), int32(port), int16(-1)]);
  const isAll = request.readInt32BE(0) <= 0;
  const missing = Buffer.concat([int16(NO_SUCH_TOPIC), text('orders'), Buffer.from([0]), list([])]);
  return Buffer.concat([list([broker]), int32(1), list(isAll ? [] : [missing])]);
}

function contextOf(password: string, config: object = {}) {
  const brokers = `127.0.0.1:${port}`;
  return {
    config: ConnectionConfig.parse({ brokers, mechanism: 'plain', user: 'ada', allowPrivate: true, ...config }),
    secrets: { password },
    files: { uploads: '', allowed: [] },
  };
}

test('a user who signs in hears that there is nothing to see', async () => {
  const message = 'It answers; it has no topic yet, or none that the user may see';
  expect(await check(contextOf('right'))).toEqual({ ok: true, message });
});

test('a wrong password, and a way to sign in that is not known, are told apart', async () => {
  const wrong = await check(contextOf('wrong'));
  expect(wrong.message).toContain('it refused ada. Enter user and password again');
  const unknown = await check(contextOf('right', { mechanism: 'scram-sha-512' }));
  expect(unknown.message).toContain('it does not know SCRAM-SHA-512. Choose another way');
});

test('encryption where there is none is told of', async () => {
  const { ok, message } = await check(contextOf('right', { tls: 'on' }));
  expect(ok).toBe(false);
  expect(message).toContain('it ended the connection. Check brokers, encryption and the way to sign in');
});

test('a topic that is not there is told of, and is not made', async () => {
  const found = discover(contextOf('right'), { stream: 'orders', fields: 'typed' });
  await expect(found).rejects.toThrow('there is no topic of this name, or the user may not see it');
});
