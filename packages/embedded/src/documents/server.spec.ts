import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DocumentServer, startDocumentServer } from './server.js';
import { makeFolder } from './testing/use-server.js';

describe('a server on a port', () => {
  const login = { username: 'pelton', password: 'p@ss:w/ö rd,=' };
  let folder: string;
  let server: DocumentServer;
  beforeAll(async () => {
    folder = await makeFolder();
    server = await startDocumentServer({ dataDir: join(folder, 'data'), listen: '127.0.0.1:0', ...login });
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  function urlWith(username: string, password: string): string {
    const url = new URL(server.url.replace('mongodb:', 'http:'));
    url.username = encodeURIComponent(username);
    url.password = encodeURIComponent(password);
    return url.href.replace('http:', 'mongodb:');
  }

  it('lets in whoever has its URL', async () => {
    const client = await MongoClient.connect(server.url);
    await client.db('d').collection('c').insertOne({ a: 1 });
    expect(await client.db('d').collection('c').countDocuments()).toBe(1);
    const { authInfo } = await client.db().admin().command({ connectionStatus: 1 });
    expect(authInfo).toMatchObject({ authenticatedUsers: [{ user: 'pelton' }] });
    await client.close();
  });

  it.each([
    ['a wrong password', 'pelton', 'wrong'],
    ['a wrong user', 'other', login.password],
  ])('refuses %s', async (_name, username, password) => {
    await expect(MongoClient.connect(urlWith(username, password))).rejects.toMatchObject({ code: 18 });
  });

  it('refuses other mechanisms', async () => {
    const url = `${server.url}&authMechanism=SCRAM-SHA-1`;
    await expect(MongoClient.connect(url)).rejects.toMatchObject({ code: 18 });
  });

  it('answers who has not logged in only what logging in takes', async () => {
    const client = new MongoClient(
      urlWith('', '')
        .replace(/\/\/.*@/, '//')
        .replace('authSource=admin&', ''),
    );
    expect(await client.db().command({ ping: 1 })).toMatchObject({ ok: 1 });
    expect(await client.db().command({ hello: 1 })).toMatchObject({ isWritablePrimary: true });
    for (const command of [
      { find: 'c' },
      { insert: 'c', documents: [{}] },
      { listDatabases: 1 },
      { serverStatus: 1 },
    ]) {
      await expect(client.db('d').command(command)).rejects.toMatchObject({ code: 13 });
    }
    await client.close();
  });

  it('keeps its documents when it is started again', async () => {
    const client = await MongoClient.connect(server.url);
    await client
      .db('kept')
      .collection('c')
      .insertMany([{ n: 1 }, { n: 2 }]);
    await client.db('kept').collection('c').createIndex({ n: 1 }, { unique: true });
    await client.close();
    await server.stop();
    server = await startDocumentServer({ dataDir: join(folder, 'data'), listen: '127.0.0.1:0', ...login });
    const again = await MongoClient.connect(server.url);
    const collection = again.db('kept').collection('c');
    expect(await collection.countDocuments({ n: { $gte: 1 } })).toBe(2);
    await expect(collection.insertOne({ n: 2 })).rejects.toMatchObject({ code: 11000 });
    await collection.insertOne({ n: 3 });
    expect(await collection.distinct('n')).toEqual([1, 2, 3]);
    await again.close();
  });
});

describe('starting a server', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await makeFolder();
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('makes a socket that only its user can use', async () => {
    const listen = join(folder, 'Mixed-Case.sock');
    const server = await startDocumentServer({ dataDir: join(folder, 'one'), listen });
    expect((await stat(listen)).mode & 0o777).toBe(0o600);
    const client = await MongoClient.connect(server.url);
    expect(await client.db().command({ ping: 1 })).toMatchObject({ ok: 1 });
    await client.close();
    await server.stop();
  });

  it.each<[string, string | number, RegExp]>([
    ['a port without a password', '127.0.0.1:0', /needs a username and a password/],
    ['an address that others can reach', '0.0.0.0:0', /loopback only/],
    ['a socket path that drivers cannot tell from a host', '/tmp/pelton-socket', /ends in \.sock/],
    ['a socket path that is too long', `/tmp/${'x'.repeat(110)}.sock`, /may have 107/],
  ])('refuses %s', async (_name, listen, message) => {
    await expect(startDocumentServer({ dataDir: join(folder, 'two'), listen })).rejects.toThrow(message);
  });

  it('refuses a socket that another server answers on', async () => {
    const listen = join(folder, 'taken.sock');
    const server = await startDocumentServer({ dataDir: join(folder, 'three'), listen });
    const second = startDocumentServer({ dataDir: join(folder, 'four'), listen });
    await expect(second).rejects.toThrow(/already serves/);
    await server.stop();
    // and the folder of the one that was refused is free
    await (await startDocumentServer({ dataDir: join(folder, 'four'), listen })).stop();
  });
});
