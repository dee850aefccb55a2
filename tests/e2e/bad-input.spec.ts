import type { Connection, ConnectionCheck, EventName, GraphCheck, Run } from '@pelton/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api, RefusedError, type StepInput } from '../support/api.js';
import { type MailSink, startMailSink } from '../support/mail-sink.js';
import { ADMIN, newDataDir, type Pelton, removeDataDir, spawnPelton, startPelton } from '../support/pelton.js';
import { defineShop, SHOP_AS_OF, SHOP_STEPS, shopExport } from '../support/shop-export.js';
import { waitFor } from '../support/wait-for.js';

let pelton: Pelton;
let sink: MailSink;
let api: Api;

beforeAll(async () => {
  [pelton, sink] = await Promise.all([startPelton(), startMailSink()]);
  api = await Api.signIn(pelton.url);
  await api.upload({ name: 'orders.csv', content: shopExport(2_000) });
  await defineShop(api, sink.port);
});
afterAll(async () => {
  await pelton.stop();
  await sink.close();
  removeDataDir(pelton.dataDir);
});

/** What the API answers when it refuses. */
async function refusal(work: Promise<unknown>): Promise<{ status: number; code: string; message: string }> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof RefusedError)) throw new Error('It was not refused');
  return { status: error.status, code: error.answer.code, message: error.answer.message };
}

const read = (stream: string): StepInput => ({
  id: 'rows',
  uses: 'file/read',
  title: 'Orders',
  with: { connection: 'files', stream },
});
const check = (steps: StepInput[]) => api.post<GraphCheck>('/api/pipelines/check', { steps });
const problemsOf = async (steps: StepInput[], id: string) =>
  (await check(steps)).steps.find((step) => step.id === id)?.problems;

/** Runs the steps as a draft and returns the error on a node. */
async function errorOf(name: string, steps: StepInput[], id: string) {
  await api.draft(name, steps);
  const run = await api.run(name, { draft: true });
  expect(run.state).toBe('failed');
  return run.steps.find((step) => step.id === id)?.error;
}

test('pipelines that would call or follow each other for ever are told while they are drawn, not at Publish', async () => {
  const input: StepInput = { id: 'input', uses: 'core/input' };
  const call = (pipeline: string): StepInput => ({
    ...{ id: 'call', uses: 'core/pipeline', with: { pipeline }, inputs: { rows: 'input' } },
  });
  const kept: StepInput = {
    id: 'kept',
    uses: 'core/sort',
    inputs: { rows: 'input' },
    with: { by: [{ column: 'user_id' }] },
  };
  await api.publish('first', [input, kept]);
  await api.publish('second', [input, call('first')]);
  const graph = { steps: [input, call('second')], trigger: { kind: 'after', pipeline: 'first' } };
  const { steps, trigger } = await api.post<GraphCheck>('/api/pipelines/check?pipeline=first', graph);
  expect(steps.at(-1)?.problems).toMatchObject([{ code: 'CALL_CIRCLE', field: 'pipeline' }]);
  expect(trigger).toMatchObject([{ code: 'TRIGGER_CIRCLE', field: 'pipeline' }]);
});

describe('a file that is not what its name says', () => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  beforeAll(() => api.upload({ name: 'picture.csv', content: png }));

  test('is told when it is uploaded, on its node and in a run, with what to do', async () => {
    const expected = {
      code: 'FILE_NOT_AS_NAMED',
      message: expect.stringMatching(
        /^picture\.csv is not a CSV file: .*Export it again, or choose its real format\.$/,
      ) as string,
    };
    expect(await refusal(api.get('/api/connections/files/streams/picture.csv'))).toMatchObject(expected);
    expect(await problemsOf([read('picture.csv')], 'rows')).toMatchObject([expected]);
    expect(await errorOf('picture', [read('picture.csv')], 'rows')).toMatchObject(expected);
  });

  test('so is one that is not there', async () => {
    expect(await errorOf('nothing', [read('nothing.csv')], 'rows')).toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: expect.stringContaining('nothing.csv') as string,
    });
  });

  test('so is one outside the allowed folders', async () => {
    const answer = await api.post<ConnectionCheck>('/api/connections/check', {
      kind: 'connector',
      uses: 'file',
      config: { source: 'folder', folder: '/etc' },
      secrets: {},
    });
    expect(answer).toMatchObject({ ok: false, message: expect.stringContaining('PELTON_FILES') as string });
  });
});

describe('a missing column', () => {
  const filter: StepInput = {
    id: 'cheap',
    uses: 'core/filter',
    inputs: { rows: 'rows' },
    with: { condition: { combinator: 'and', rules: [{ field: 'price', operator: '<', value: 5 }] } },
  };

  test('is told with the columns that there are, before and in a run', async () => {
    const message = 'There is no column price. The columns are order_id, customer, at, amount and status.';
    expect(await problemsOf([read('orders.csv'), filter], 'cheap')).toMatchObject([
      { code: 'COLUMN_MISSING', message },
    ]);
    expect(await errorOf('cheap', [read('orders.csv'), filter], 'cheap')).toMatchObject({
      code: 'COLUMN_MISSING',
      message,
    });
  });

  test('keeps the pipeline from being published', async () => {
    expect(await refusal(api.post('/api/pipelines/cheap/publish'))).toEqual({
      status: 422,
      code: 'PIPELINE_HAS_PROBLEMS',
      message: 'Filter has a problem. Each card says which.',
    });
  });

  test('in a formula is told with what may be meant', async () => {
    const formula: StepInput = {
      id: 'more',
      uses: 'core/formula',
      inputs: { rows: 'rows' },
      with: { columns: [{ name: 'x', formula: 'amonut * 2' }] },
    };
    expect(await problemsOf([read('orders.csv'), formula], 'more')).toMatchObject([
      {
        code: 'PARAM_INVALID',
        field: 'columns.0.formula',
        message: expect.stringMatching(
          /^New columns 1, Formula: there is no column amonut; did you mean amount\?/,
        ) as string,
      },
    ]);
  });
});

test('a wire that does not fit is refused with the column and what looks like it', async () => {
  const message: StepInput = {
    id: 'mail',
    uses: 'core/message',
    inputs: { users: 'rows' },
    with: { message: 'winback-mail' },
  };
  const problems = await problemsOf([read('orders.csv'), message], 'mail');
  expect(problems).toMatchObject([
    { code: 'WIRE_REFUSED', port: 'users', wire: { column: 'user_id', wanted: 'text' } },
  ]);
});

test('a circle is refused and names its steps', async () => {
  const steps: StepInput[] = [
    { id: 'a', uses: 'core/filter', title: 'First', inputs: { rows: 'b' }, with: { condition: { rules: [] } } },
    { id: 'b', uses: 'core/filter', title: 'Second', inputs: { rows: 'a' }, with: { condition: { rules: [] } } },
  ];
  await api.draft('circle', steps);
  const answer = await refusal(api.post('/api/pipelines/circle/runs', { draft: true }));
  expect(answer).toMatchObject({ status: 422, code: 'PIPELINE_CYCLE' });
  expect(answer.message).toMatch(
    /^(First and Second|Second and First) wait for each other in a circle\. Remove one of the wires between them\.$/,
  );
  expect(await problemsOf(steps, 'a')).toMatchObject([{ code: 'PIPELINE_CYCLE' }]);
});

describe('a mail server that cannot be reached', () => {
  test('fails the step with its name, and the run goes on from there once it answers', async () => {
    const closed = await startMailSink();
    await closed.close();
    const config = (port: number) => ({
      host: '127.0.0.1',
      port,
      secure: 'none',
      from: 'shop@example.org',
      perSecond: 1000,
    });
    await api.post('/api/connections', {
      name: 'gone',
      title: 'Gone server',
      kind: 'channel',
      uses: 'email',
      config: config(closed.port),
    });
    expect(await api.post<ConnectionCheck>('/api/connections/gone/check')).toMatchObject({
      ok: false,
      message: expect.stringContaining(`127.0.0.1:${closed.port}`) as string,
    });
    await api.post('/api/messages', {
      name: 'gone-mail',
      title: 'Gone mail',
      connection: 'gone',
      content: { subject: 'Hi', html: '<p>Hi</p>' },
    });
    await api.publish('gone', [
      ...SHOP_STEPS.filter((step) => step.id !== 'mail'),
      { id: 'mail', uses: 'core/message', inputs: { users: 'test.treatment' }, with: { message: 'gone-mail' } },
    ]);

    const run = await api.run('gone', { asOf: SHOP_AS_OF });
    const failed = run.steps.find((step) => step.id === 'mail');
    expect(run.state).toBe('failed');
    expect(failed?.error).toMatchObject({
      code: 'CHANNEL_UNREACHABLE',
      message: expect.stringMatching(/^Gone server could not be reached: /) as string,
    });

    await api.put<Connection>('/api/connections/gone', {
      name: 'gone',
      title: 'Gone server',
      kind: 'channel',
      uses: 'email',
      config: config(sink.port),
    });
    await api.post(`/api/runs/${run.id}/retry`);
    const resumed = await api.finished(run.id);
    const treatment = resumed.steps.find((step) => step.id === 'test')?.rows.treatment ?? 0;
    expect(resumed.state).toBe('done');
    expect(resumed.steps.find((step) => step.id === 'people')?.attempt).toBe(1);
    expect(resumed.steps.find((step) => step.id === 'mail')?.rows).toEqual({ users: treatment });
    expect(treatment).toBeGreaterThan(0);
  });
});

describe('a wrong parameter', () => {
  test('of a definition is told by its name', async () => {
    const metric = { name: 'wrong', title: 'Wrong', template: 'sum', params: { event: 'Ordered' } };
    expect(await refusal(api.post('/api/metrics', metric))).toMatchObject({
      status: 422,
      code: 'PARAM_INVALID',
      message: expect.stringMatching(/^Property: /) as string,
    });
  });

  test('of a request is told with its path', async () => {
    expect(await refusal(api.post('/api/pipelines', { name: 'Not A Name', title: '' }))).toMatchObject({
      status: 400,
      code: 'BAD_INPUT',
      message: expect.stringMatching(/name: Use small letters.*title: /) as string,
    });
  });

  test('of a step is told on its node', async () => {
    const steps: StepInput[] = [
      read('orders.csv'),
      { id: 'events', uses: 'core/to-events', inputs: { rows: 'rows' }, with: { event: 'X', userId: 'customer' } },
    ];
    expect(await problemsOf(steps, 'events')).toMatchObject([{ code: 'PARAM_INVALID', field: 'timestamp' }]);
  });

  test('a template that does not exist, and a plugin that is not installed', async () => {
    expect(
      await refusal(api.post('/api/metrics', { name: 'x', title: 'X', template: 'magic', params: {} })),
    ).toMatchObject({ status: 422, code: 'CONTRIBUTION_UNKNOWN' });
    expect(await problemsOf([{ id: 'a', uses: 'oracle/read' }], 'a')).toMatchObject([
      { code: 'STEP_UNKNOWN', message: expect.stringContaining('oracle/read') as string },
    ]);
  });

  test('a broken template of a message is told when it is saved', async () => {
    const message = {
      name: 'broken',
      title: 'Broken',
      connection: 'smtp',
      content: { subject: 'Hi {{ user.name', html: '<p>x</p>' },
    };
    expect(await refusal(api.post('/api/messages', message))).toMatchObject({
      status: 422,
      code: 'TEMPLATE_BROKEN',
      message: expect.stringMatching(/^The subject cannot be rendered/) as string,
    });
  });
});

describe('a message', () => {
  test.each([
    [{ subject: 'Hi' }, 'Message'],
    [{ subject: ' ', html: '<p>x</p>' }, 'Subject'],
  ])('with the content %j is refused by the name of what is empty', async (content, title) => {
    const message = { name: 'empty', title: 'Empty', connection: 'smtp', content };
    expect(await refusal(api.post('/api/messages', message))).toMatchObject({
      status: 422,
      code: 'PARAM_INVALID',
      message: `${title}: Write it. Nothing is sent without it`,
    });
  });
});

describe('a wrong password', () => {
  test('is refused in the same words as an unknown address, and guessing ends', async () => {
    const guess = (email: string) =>
      refusal(new Api(pelton.url).post('/api/session', { email, password: 'not-the-password' }));
    const wrong = await guess('somebody@example.org');
    expect(wrong).toEqual({
      status: 401,
      code: 'WRONG_PASSWORD',
      message: 'E-mail or password is wrong. Check both and try again.',
    });
    expect(await guess('nobody@example.org')).toEqual(wrong);
    for (let guesses = 2; guesses < 10; guesses += 1) await guess('somebody@example.org');
    expect(await guess('somebody@example.org')).toMatchObject({ status: 429, code: 'TOO_MANY_TRIES' });
  });
});

describe('an unset secret', () => {
  test('of a connection fails its step by name', async () => {
    const config = { host: '127.0.0.1', port: sink.port, secure: 'none', from: 'shop@example.org', user: 'shop' };
    await api.post('/api/connections', {
      name: 'locked',
      title: 'Locked server',
      kind: 'channel',
      uses: 'email',
      config,
    });
    await api.post('/api/messages', {
      name: 'locked-mail',
      title: 'Locked mail',
      connection: 'locked',
      content: { subject: 'Hi', html: '<p>Hi</p>' },
    });
    await api.publish('locked', [
      { id: 'lapsed', uses: 'core/tag', with: { tag: 'lapsed' } },
      { id: 'mail', uses: 'core/message', inputs: { users: 'lapsed' }, with: { message: 'locked-mail' } },
    ]);
    const run = await api.run('locked', { asOf: SHOP_AS_OF });
    expect(run.steps[1]?.error).toEqual({
      code: 'SECRET_MISSING',
      message: 'The connection Locked server has no password. Open the connection and enter it.',
    });
  });

  test.each([
    [{ PELTON_ADMIN_PASSWORD: '' }, 'PELTON_ADMIN_PASSWORD is not set. Set it to the password of the first admin'],
    [{ PELTON_ROLE: 'worker' }, 'PELTON_MONGODB_URL is not set. Set it to the URL of a MongoDB replica set'],
    [{ PELTON_SECRET_KEY: 'c2hvcnQ=' }, 'PELTON_SECRET_KEY is wrong: it has 5 bytes'],
    [{ PELTON_SECRET_KEY: Buffer.alloc(32).toString('base64') }, 'PELTON_SECRET_KEY is wrong: it is not random'],
    [{ PELTON_QUEUE_URL: 'mysql://x' }, 'PELTON_QUEUE_URL is wrong: it begins with mysql://'],
    [{ PELTON_MONGODB_URL: 'mongodb://127.0.0.1:1' }, 'PELTON_MONGODB_URL is wrong: no server answers there (connect'],
    [{ PELTON_PORT: 'http' }, 'PELTON_PORT is wrong: it is http. Set it to a whole number from 0 to 65535'],
  ])('of the server %j keeps it from starting, and says which and what to do', async (env, message) => {
    const dataDir = newDataDir();
    const { child, output } = spawnPelton({ dataDir, env });
    const code = await new Promise((resolve) => child.once('exit', resolve));
    removeDataDir(dataDir);
    expect(code).toBe(1);
    expect(output()).toContain(`Pelton did not start. ${message}`);
    expect(output()).not.toContain(ADMIN.password);
  });
});

describe('nothing half-written stays', () => {
  test('of a step that fails in the middle of its rows', async () => {
    const good = Array.from({ length: 5_000 }, (_, index) => `c${index},2026-01-01T00:00:00Z`);
    await api.upload({ name: 'late.csv', content: ['customer,at', ...good, 'c1,the day before yesterday'].join('\n') });
    await api.publish('late', [
      read('late.csv'),
      {
        id: 'events',
        uses: 'core/to-events',
        inputs: { rows: 'rows' },
        with: { event: 'Late', userId: 'customer', timestamp: 'at' },
      },
    ]);
    const run = await api.run('late');
    expect(run.steps[1]?.error).toMatchObject({
      code: 'PARAM_INVALID',
      field: 'timestamp',
      message: expect.stringContaining(
        'Time: 1 rows have no readable time in at, such as “the day before yesterday”',
      ) as string,
    });
    const names = await api.get<EventName[]>('/api/events/names');
    expect(names.map((name) => name.event)).not.toContain('Late');
  });

  test('of a draft run', async () => {
    await api.draft('drafted', [
      read('orders.csv'),
      {
        id: 'events',
        uses: 'core/to-events',
        inputs: { rows: 'rows' },
        with: { event: 'Drafted', userId: 'customer', timestamp: 'at' },
      },
    ]);
    const run = await api.run('drafted', { draft: true });
    expect(run.steps[1]?.rows).toEqual({ events: 2_000 });
    const names = await api.get<EventName[]>('/api/events/names');
    expect(names.map((name) => name.event)).not.toContain('Drafted');
  });
});

test('a run can be cancelled, and a cancelled run can go on', async () => {
  await api.upload({ name: 'orders.csv', content: shopExport(60_000) });
  await api.publish('long', SHOP_STEPS);
  const { id } = await api.post<Run>('/api/pipelines/long/runs', { asOf: SHOP_AS_OF });
  const cancelled = await api.post<Run>(`/api/runs/${id}/cancel`);
  expect(cancelled.state).toBe('cancelled');
  expect(await refusal(api.post(`/api/runs/${id}/cancel`))).toMatchObject({ status: 409, code: 'RUN_OVER' });
  await api.post(`/api/runs/${id}/retry`);
  // What was given up still works for a while beside its successor, and must not spoil what that one makes.
  for (const step of ['events', 'events', 'revenue']) {
    await waitFor(async () => {
      const { steps } = await api.get<Run>(`/api/runs/${id}`);
      return steps.find((item) => item.id === step)?.state !== 'waiting' || undefined;
    });
    await api.post(`/api/runs/${id}/cancel`).catch(() => {});
    await api.post(`/api/runs/${id}/retry`).catch(() => {});
  }
  const run = await api.finished(id);
  expect(run.steps.map(({ id: step, error }) => [step, error])).toEqual(run.steps.map((step) => [step.id, null]));
  const undisturbed = await api.run('long', { asOf: SHOP_AS_OF });
  const counts = ({ steps }: Run) => steps.filter(({ id: step }) => step !== 'mail').map(({ rows }) => rows);
  expect(counts(run)).toEqual(counts(undisturbed));
});

test('an edit that would overwrite somebody else’s is refused', async () => {
  await api.draft('shared', [read('orders.csv')]);
  const change = { revision: 1, graph: { steps: [], layout: {} } };
  await api.put('/api/pipelines/shared/draft', change);
  expect(await refusal(api.put('/api/pipelines/shared/draft', change))).toMatchObject({
    status: 409,
    code: 'STALE_REVISION',
  });
});
