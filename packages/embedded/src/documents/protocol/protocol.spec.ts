import { Int32, Long } from 'bson';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../testing/random.js';
import { useServer } from '../testing/use-server.js';
import { messageOf, WireClient } from '../testing/wire-client.js';

describe('a message', () => {
  const server = useServer();
  let client: WireClient;
  beforeEach(async () => {
    client = await WireClient.connect(server.socket);
  });
  afterEach(() => client.close());

  it('in the form of a first handshake is answered in that form', async () => {
    const body = messageOf({ isMaster: 1, helloOk: true }).subarray(21);
    const query = Buffer.concat([Buffer.alloc(20), Buffer.from('admin.$cmd\0'), Buffer.alloc(8), body]);
    query.writeInt32LE(query.length, 0);
    query.writeInt32LE(2004, 12);
    expect(await client.send(query)).toMatchObject({ ismaster: true, helloOk: true, maxWireVersion: 21, ok: 1 });
  });

  it('may come in pieces and together with others', async () => {
    const [first, second] = [messageOf({ ping: 1, $db: 'a' }), messageOf({ hello: 1, $db: 'a' })];
    const all = Buffer.concat([first, second]);
    const pieces = [all.subarray(0, 3), all.subarray(3, 30), all.subarray(30, -1)];
    for (const piece of pieces) await client.push(piece);
    const answers = [await client.send(all.subarray(-1)), await client.send(Buffer.alloc(0))];
    expect(answers).toMatchObject([{ ok: 1 }, { isWritablePrimary: true }]);
  });

  it('may carry a checksum and documents beside the command', async () => {
    const documents = Buffer.concat([1, 2, 3].map((n) => messageOf({ n }).subarray(21)));
    const sequence = Buffer.concat([Buffer.alloc(5), Buffer.from('documents\0'), documents]);
    sequence[0] = 1;
    sequence.writeInt32LE(sequence.length - 1, 1);
    const message = Buffer.concat([messageOf({ insert: 'beside', $db: 'test' }, 1), sequence, Buffer.alloc(4)]);
    message.writeInt32LE(message.length, 0);
    expect(await client.send(message)).toMatchObject({ n: 3, ok: 1 });
  });

  it.each<[string, Record<string, unknown>, number]>([
    ['an unknown command', { nonsense: 1 }, 59],
    ['a name of the prototype', { constructor: 1 }, 59],
    ['a filter that is no document', { find: 'c', filter: 'x' }, 14],
    ['a collection that is no name', { find: 5 }, 73],
    ['a limit that is no number', { find: 'c', limit: 'x' }, 14],
    ['a pipeline that is no list', { aggregate: 'c', pipeline: 'x', cursor: {} }, 14],
    ['a cursor that is not there', { getMore: Long.fromNumber(5), collection: 'c' }, 43],
    ['a name that no file system should see', { insert: '..', documents: [{}] }, 73],
    ['a commit without a transaction', { commitTransaction: 1 }, 251],
  ])('with %s is refused with a code', async (_name, command, code) => {
    expect(await client.run(command)).toMatchObject({ ok: 0, code });
    expect(await client.run({ ping: 1 })).toMatchObject({ ok: 1 });
  });

  it.each<[string, Buffer]>(
    [
      ['a length below a header', Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
      ['a length above the limit', Buffer.from([0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0])],
      ['an operation that is not known', messageWith((bytes) => bytes.writeInt32LE(2010, 12))],
      ['a compressed body', messageWith((bytes) => bytes.writeInt32LE(2012, 12))],
      ['a required flag that is not known', messageWith((bytes) => bytes.writeUInt32LE(4, 16))],
      ['a body that is cut', messageWith((bytes) => bytes.writeInt32LE(bytes.length, 21))],
    ].slice(0, -1) as [string, Buffer][],
  )('with %s ends the connection and no other', async (_name, bytes) => {
    const other = await WireClient.connect(server.socket);
    expect(await client.send(bytes)).toBeUndefined();
    expect(await other.run({ ping: 1 })).toMatchObject({ ok: 1 });
    other.close();
  });

  it('of any bytes never stops the server', async () => {
    const random = seededRandom(20261121);
    const originals = [
      { insert: 'fuzz', documents: [{ a: 1, t: 'text', d: new Date(0), l: [1, { b: 2 }] }] },
      { find: 'fuzz', filter: { a: { $gt: 1 }, t: /x/ }, sort: { a: 1 }, projection: { a: 1 } },
      { aggregate: 'fuzz', pipeline: [{ $group: { _id: '$a', n: { $sum: 1 } } }], cursor: {} },
      { update: 'fuzz', updates: [{ q: { a: 1 }, u: { $set: { 'l.0': 2 } }, upsert: true }] },
      { delete: 'fuzz', deletes: [{ q: { a: new Int32(5) }, limit: 1 }] },
      { createIndexes: 'fuzz', indexes: [{ key: { a: 1 }, name: 'a_1' }] },
      {
        hello: 1,
        speculativeAuthenticate: { saslStart: 1, mechanism: 'SCRAM-SHA-256', payload: Buffer.from('n,,n=x,r=y') },
      },
    ].map((command) => messageOf({ ...command, $db: 'test' }));
    let answered = 0;
    for (let i = 0; i < 3000; i++) {
      const message = Buffer.from(originals[Math.floor(random() * originals.length)]!);
      const changes = 1 + Math.floor(random() * 4);
      for (let change = 0; change < changes; change++) {
        // the length stays, or the server would rightly wait for more
        message[4 + Math.floor(random() * (message.length - 4))] = Math.floor(random() * 256);
      }
      // a flag may ask for no answer, so each message is followed by one that wants one
      const answer = await client.send(Buffer.concat([message, messageOf({ ping: 1, $db: 'test' })]));
      if (answer) answered++;
      client.close();
      client = await WireClient.connect(server.socket);
    }
    // enough of them are still messages, so that more than the framing was tried
    expect(answered).toBeGreaterThan(500);
    expect(await client.run({ count: 'fuzz' })).toMatchObject({ ok: 1 });
  });
});

function messageWith(change: (bytes: Buffer) => void): Buffer {
  const message = messageOf({ ping: 1, $db: 'a' });
  change(message);
  return message;
}
