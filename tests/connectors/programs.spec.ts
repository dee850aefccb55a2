import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionCheck, StreamInfo } from '@pelton/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { changeAndBreak, NOTHING_LOST } from '../support/changing-source.js';
import { newDataDir, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { ROOT } from '../support/root.js';
import { addSync, connect, datasetOf, rowsOf, runSync } from '../support/syncing.js';

const PROGRAMS = join(ROOT, 'tests/connectors/programs');
/** Of this Pelton alone: what others leave in the system's folder is not its doing. */
const temporary = newDataDir();
let pelton: Pelton;
let api: Api;

beforeAll(async () => {
  pelton = await startPelton({ env: { PELTON_PROGRAMS: PROGRAMS, TMPDIR: temporary } });
  api = await Api.signIn(pelton.url);
});
afterAll(async () => {
  await pelton?.stop();
  for (const folder of [temporary, pelton.dataDir]) removeDataDir(folder);
});

const settings = (facts: object) => ({ settings: JSON.stringify({ token: 's3cret', last: 320, ...facts }) });

describe.each([
  ['singer', 'tap-numbers.cjs', 'Out of luck'],
  ['airbyte', 'source-numbers.cjs', 'Out of luck'],
])('a program by the protocol of %s', (uses, file, reason) => {
  const config = { program: join(PROGRAMS, file) };
  const check = (input: object) =>
    api.post<ConnectionCheck>('/api/connections/check', { kind: 'connector', uses, config, ...input });
  const change = (facts: object) =>
    api.put(`/api/connections/${uses}`, {
      ...{ name: uses, title: uses, kind: 'connector', uses, config, secrets: settings(facts) },
    });

  test('is started only from an allowed folder, and says what is wrong with its settings', async () => {
    expect(await check({ secrets: settings({}) })).toMatchObject({ ok: true });
    expect(await check({ secrets: settings({ token: 'x' }) })).toMatchObject({
      ok: false,
      message: expect.stringMatching(/token/) as string,
    });
    for (const program of ['/bin/sh', join(PROGRAMS, '../programs.spec.ts'), `${PROGRAMS}/../../../bin/sh`])
      expect((await check({ config: { program }, secrets: {} })).message).toContain('is not in a folder');
    expect((await check({ config: { program: join(PROGRAMS, 'gone') }, secrets: {} })).message).toContain('not there');
  });

  test('that breaks in the middle goes on after its last state, and no row counts twice', async () => {
    await connect(api, { name: uses, uses, config, secrets: settings({ crashAt: 175 }) });
    const streams = await api.get<StreamInfo[]>(`/api/connections/${uses}/streams`);
    expect(streams[0]).toMatchObject({ name: 'numbers', cursors: ['n'] });
    expect(streams[0]?.columns[0]).toEqual({ name: 'n', type: 'Nullable(Int64)' });
    await addSync(api, { name: uses, connection: uses, stream: { stream: 'numbers' }, mode: 'incremental' });

    const broken = await runSync(api, uses);
    expect(broken).toMatchObject({ state: 'failed', error: { code: 'SOURCE_BROKE' } });
    expect(broken.error?.message).toContain(reason);
    expect((await datasetOf(api, uses)).rows).toBe(150);

    await change({});
    const mended = await runSync(api, uses);
    expect(mended).toMatchObject({ state: 'done', rows: 170 });
    const log = mended.log.map(({ message }) => message);
    expect(log).toContain('Starting after 150');
    expect(log.some((line) => line.includes('not JSON') || line.includes('Traceback'))).toBe(true);
    const numbers = (await rowsOf(api, uses)).map(([n]) => Number(n)).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 320 }, (_, index) => index + 1));
    expect(await runSync(api, uses)).toMatchObject({ state: 'done', rows: 0 });
  });

  test('whose columns change, and that breaks in the middle of a full refresh', async () => {
    const name = `${uses}-moving`;
    const moving = (facts: object) => ({ name, uses, config, secrets: settings(facts) });
    const change = (facts: object) =>
      api.put(`/api/connections/${name}`, { title: name, kind: 'connector', ...moving(facts) });
    await connect(api, moving({}));
    const found = await changeAndBreak({
      ...{ api, connection: name, stream: { stream: 'numbers' } },
      addFresh: () => change({ fresh: 'f' }),
      breakOff: () => change({ fresh: 'f', crashAt: 175 }),
    });
    expect(found).toEqual(NOTHING_LOST);
  });

  test('leaves no file with its settings behind', () => {
    expect(readdirSync(temporary).filter((name) => name.startsWith('pelton-program-'))).toEqual([]);
  });
});

test('a source that sent more than arrived fails the run', async () => {
  const program = join(PROGRAMS, 'source-numbers.cjs');
  await connect(api, { name: 'false', uses: 'airbyte', config: { program }, secrets: settings({ falseCount: true }) });
  await addSync(api, { name: 'false', connection: 'false', stream: { stream: 'numbers' } });
  expect((await runSync(api, 'false')).error?.message).toContain('it says that it sent 21 records, and 20 arrived');
});
