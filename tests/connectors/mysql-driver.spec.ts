import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import plugin from '@pelton/connector-mysql';
import type { ConnectorArgument, ConnectorCalls, ConnectorMessage, WriteBatch } from '@pelton/sdk';
import type { RowDataPacket } from 'mysql2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pathOf, whyNot } from '../support/installed.js';
import { newDataDir, removeDataDir } from '../support/pelton.js';
import { hasMariadb, type SourceMariadb, startMariadb } from '../support/source-mariadb.js';
import { waitFor } from '../support/wait-for.js';

const calls = plugin.contributions[0]?.calls as Required<ConnectorCalls>; // it has all of them

describe.skipIf(!hasMariadb)(`the connector for MySQL${whyNot('mariadbd')}`, () => {
  let source: SourceMariadb;
  const folder = newDataDir();
  const hasTls = pathOf('openssl') !== undefined;

  beforeAll(async () => {
    source = await startMariadb(hasTls ? certificate() : []);
  });
  afterAll(async () => {
    await source?.stop();
    removeDataDir(folder);
  });

  function certificate(): string[] {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const self = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=shop', '-keyout', key, '-out', cert];
    execFileSync('openssl', self, { stdio: 'ignore' });
    return [`--ssl-key=${key}`, `--ssl-cert=${cert}`];
  }
  const argument = (config: object = {}): ConnectorArgument => ({
    config: { ...source.config, ...config },
    secrets: source.secrets,
    files: { uploads: '', allowed: [] },
  });
  const write = (table: string, batch: WriteBatch) => calls.write({ ...argument(), target: { table }, batch });
  async function messagesOf(request: Parameters<ConnectorCalls['read']>[0]): Promise<ConnectorMessage[]> {
    const messages: ConnectorMessage[] = [];
    for await (const message of calls.read(request)) messages.push(message);
    return messages;
  }
  async function rows(text: string): Promise<Record<string, unknown>[]> {
    const [found] = await source.client.query<RowDataPacket[]>(text);
    return found.map((row) => ({ ...row }));
  }

  describe('reading', () => {
    test('lets the server wait while nobody takes rows, and ends its query when the reader goes', async () => {
      await source.client.query(
        `CREATE TABLE large AS SELECT seq AS id, REPEAT('x', 1000) AS words FROM seq_1_to_50000`,
      );
      const request = { ...argument(), stream: { stream: 'large' } };
      const reading = calls.read(request)[Symbol.asyncIterator]();
      const { value } = (await reading.next()) as { value: { records: Record<string, unknown>[] } };
      expect(value.records).toHaveLength(2_000);
      const readers = () =>
        rows(`SELECT state FROM information_schema.processlist WHERE user = 'pelton' AND info LIKE '%large%'`);
      const isWaiting = async () => (await readers())[0]?.['state'] === 'Writing to net';
      await waitFor(async () => ((await isWaiting()) ? true : undefined));
      await reading.return?.();
      await waitFor(async () => ((await readers()).length === 0 ? true : undefined));
    });

    test('loses nothing of whole numbers and decimals', async () => {
      await source.client.query(`CREATE TABLE exact_ (big bigint unsigned, small bigint, more decimal(65,30));
        INSERT INTO exact_ VALUES (18446744073709551615, -9223372036854775808, 0.123456789012345678901234567890)`);
      const messages = await messagesOf({ ...argument(), stream: { stream: 'exact_' } });
      const row = {
        ...{ big: '18446744073709551615', small: '-9223372036854775808' },
        more: '0.123456789012345678901234567890',
      };
      expect(messages).toEqual([{ type: 'RECORDS', records: [row] }]);
    });

    test('takes TINYINT(1) for a number where the connection says so', async () => {
      await source.client.query('CREATE TABLE digits (n tinyint(1)); INSERT INTO digits VALUES (7)');
      const request = { ...argument({ oneDigit: 'number' }), stream: { stream: 'digits' } };
      const [stream] = await calls.discover(request);
      expect(stream?.columns).toEqual([{ name: 'n', type: 'Nullable(Int8)' }]);
      expect(await messagesOf(request)).toEqual([{ type: 'RECORDS', records: [{ n: '7' }] }]);
    });
  });

  describe.skipIf(!hasTls)(`an encrypted connection${whyNot('openssl')}`, () => {
    test('takes any certificate, or only one that is trusted', async () => {
      await source.client.query(`CREATE TABLE IF NOT EXISTS one (id int); ALTER USER pelton REQUIRE SSL`);
      expect(await calls.check(argument({ tls: 'on' }))).toMatchObject({ ok: true });
      const verified = await calls.check(argument({ tls: 'verify' }));
      expect(verified.message).toContain('no encrypted connection came about. Check its certificate');
      expect((await calls.check(argument())).message).toContain('and without encryption if it is off');
      expect(await calls.relation({ ...argument({ tls: 'on' }), stream: { stream: 'one' } })).toBeNull();
      await source.client.query('ALTER USER pelton REQUIRE NONE');
    });
  });

  describe('writing', () => {
    test('appends rows, and answers for each that is refused', async () => {
      await source.client.query(
        'CREATE TABLE sizes (id int PRIMARY KEY, size varchar(3) NOT NULL, at datetime(3), paid boolean, more json)',
      );
      const at = '2024-02-29T12:34:56.123+09:00';
      const records = [
        { id: 1, size: 'S', at, paid: true, more: { a: [1] } },
        { id: 2, size: 'much too large' },
        { id: 3, size: null },
        { id: 1, size: 'M' },
        { id: 4, size: `';"`, at: null },
      ];
      const results = await write('sizes', { mode: 'append', keys: [], records });
      expect(results.map((result) => (result.ok ? 'ok' : result.reason))).toEqual([
        'ok',
        "Data too long for column 'size' at row 1",
        "Column 'size' cannot be null",
        "Duplicate entry '1' for key 'PRIMARY'",
        'ok',
      ]);
      expect(
        await rows('SELECT id, size, CAST(at AS CHAR) AS at, paid, CAST(more AS CHAR) AS more FROM sizes'),
      ).toEqual([
        { id: 1, size: 'S', at: '2024-02-29 03:34:56.123', paid: 1, more: '{"a":[1]}' },
        { id: 4, size: `';"`, at: null, paid: null, more: null },
      ]);
    });

    test('updates the row with the same key, and never another one that a unique index finds', async () => {
      await source.client
        .query(`CREATE TABLE members (id int PRIMARY KEY, mail varchar(50) UNIQUE, points int, kept int);
        INSERT INTO members VALUES (1, 'a@x', 1, 7), (2, 'b@x', 2, 7)`);
      const records = [
        { id: 1, mail: 'a@x', points: 10 },
        { id: 3, mail: 'b@x', points: 30 },
        { id: 4, mail: 'd@x', points: 40 },
      ];
      expect(await write('members', { mode: 'update', keys: ['id'], records })).toEqual([
        { ok: true },
        { ok: false, reason: 'Another row has the same value in another unique index' },
        { ok: true },
      ]);
      expect(await rows('SELECT * FROM members ORDER BY id')).toEqual([
        { id: 1, mail: 'a@x', points: 10, kept: 7 },
        { id: 2, mail: 'b@x', points: 2, kept: 7 },
        { id: 4, mail: 'd@x', points: 40, kept: null },
      ]);
    });

    test('updates by no key that may come twice', async () => {
      await source.client.query('CREATE TABLE logs (id int, day date, KEY (id))');
      const writing = write('logs', { mode: 'update', keys: ['id'], records: [{ id: 1 }] });
      await expect(writing).rejects.toMatchObject({ code: 'PARAM_INVALID', facts: { field: 'keys' } });
    });

    test('writes once into a table that takes nothing back', async () => {
      await source.client.query('CREATE TABLE old (id int, size varchar(3) NOT NULL) ENGINE = MyISAM');
      const records = [
        { id: 1, size: 'S' },
        { id: 2, size: 'much too large' },
      ];
      const results = await write('old', { mode: 'append', keys: [], records });
      expect(results.map(({ ok }) => ok)).toEqual([true, false]);
      expect(await rows('SELECT * FROM old')).toEqual([{ id: 1, size: 'S' }]);
    });

    test('writes more values than one statement takes', async () => {
      await source.client.query('CREATE TABLE many (a int, b int, c int)');
      const records = Array.from({ length: 25_000 }, (_, index) => ({ a: index, b: 1, c: 2 }));
      const results = await write('many', { mode: 'append', keys: [], records });
      expect(results.every(({ ok }) => ok)).toBe(true);
      expect(await rows('SELECT COUNT(*) AS n, SUM(b) AS b FROM many')).toEqual([{ n: 25_000, b: '25000' }]);
    });
  });
});
