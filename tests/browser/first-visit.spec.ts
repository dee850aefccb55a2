import type {
  EventName,
  MetricValues,
  Pipeline,
  Run,
  RunSummary,
  Sample,
  SampleState,
  StreamInfo,
} from '@pelton/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { boxOf, BuilderHand } from '../support/builder-hand.js';
import { cellsOf, drawnShare, seriousViolations } from '../support/page-looks.js';
import { ADMIN, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { startVisit, type Visit } from '../support/visit.js';
import { waitFor } from '../support/wait-for.js';
import { month, number, squeezed } from '../support/words.js';

describe('a business user on a first visit', () => {
  let pelton: Pelton;
  let api: Api;
  let visit: Visit;
  let page: Page;
  let builder: BuilderHand;
  let isBroken = false;
  let sampleRun: Run;
  let draftRun: Run;

  beforeAll(async () => {
    [pelton, visit] = await Promise.all([startPelton(), startVisit('first-visit')]);
    api = await Api.signIn(pelton.url);
    ({ page } = visit);
    builder = new BuilderHand(page);
  });
  // Each test goes on where the one before left the window.
  beforeEach(({ skip, onTestFailed }) => {
    skip(isBroken, 'the visit ended before');
    onTestFailed(async ({ task }) => {
      isBroken = true;
      await visit.takePicture(`failed ${task.name}`);
    });
  });
  afterAll(async () => {
    await visit.end();
    await pelton.stop();
    removeDataDir(pelton.dataDir);
  });

  const newestRun = async () => {
    const [newest] = await api.get<RunSummary[]>('/api/runs?limit=1');
    return api.finished(newest?.id ?? '');
  };
  const count = (run: Run, step: string, port = 'rows') => run.steps.find(({ id }) => id === step)?.rows[port] ?? 0;

  test('signs in and is shown three ways to begin', async () => {
    await page.goto(pelton.url);
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByLabel('Password').fill(ADMIN.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Start with data' }).waitFor();
    for (const way of ['Sample project', 'Connect a source', 'Import a file'])
      expect(await page.getByRole('heading', { name: way }).isVisible(), way).toBe(true);
    await visit.takePicture('01 first page');
  });

  test('opens the sample with one click and sees how far it is, until its pipeline is there', async () => {
    await page.getByRole('button', { name: 'Open sample' }).click();
    const seen: string[] = [];
    await waitFor(async () => {
      const [now] = await page
        .getByRole('status')
        .filter({ hasText: /\d of 6/ })
        .allInnerTexts();
      if (now && now !== seen.at(-1)) seen.push(now);
      if (seen.length === 2 && now === seen[1]) await visit.takePicture('02 sample on its way');
      return page.url().endsWith('/pipelines/win-back-lapsed-buyers') || undefined;
    });
    const done = seen.map((text) => Number(/(\d) of 6$/.exec(text)?.[1]));
    expect(new Set(done).size).toBeGreaterThan(1);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    await builder.card('mail').waitFor();
    expect(await page.getByLabel('Title of the pipeline').inputValue()).toBe('Win back lapsed buyers');
    expect((await builder.cards()).map(({ step, state }) => [step, state])).toEqual(
      ['orders', 'paid', 'events', 'revenue', 'repeat', 'lapsed', 'test', 'mail'].map((step) => [step, 'none']),
    );
    const { projectId } = await api.get<SampleState>('/api/sample');
    await api.put('/api/session/project', { projectId });
  });

  test('runs the sample’s pipeline and sees every step end as done, with its counts', async () => {
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Run v1' }).click();
    await page.locator('[data-state="running"]').first().waitFor();
    await builder.runIsDone();
    sampleRun = await newestRun();
    const offered = count(sampleRun, 'test', 'offer');
    const told = {
      orders: `${number(count(sampleRun, 'orders'))} rows`,
      paid: `${number(count(sampleRun, 'paid'))} rows`,
      events: `${number(count(sampleRun, 'events', 'events'))} events`,
      revenue: `${count(sampleRun, 'revenue', 'values')} values`,
      repeat: `${count(sampleRun, 'repeat', 'values')} values`,
      lapsed: `${number(count(sampleRun, 'lapsed', 'users'))} people`,
      test: `${number(count(sampleRun, 'test', 'plain') + offered)} people`,
      mail: `${number(offered)} sent`,
    };
    const cards = await builder.cards();
    expect(cards.map(({ state }) => state)).toEqual(cards.map(() => 'done'));
    for (const [step, text] of Object.entries(told))
      expect(cards.find((card) => card.step === step)?.lines.join(), step).toContain(text);
    expect(await builder.canvas.getByText(`Offer by mail ${number(offered)}`).isVisible()).toBe(true);
    // Known of the shop: its file, one cancelled order in twelve, an offer to half of a tenth, one mail each.
    const [file] = await api.get<StreamInfo[]>('/api/connections/shop-exports/streams');
    expect(count(sampleRun, 'orders')).toBe(file?.rows);
    expect(count(sampleRun, 'paid') / count(sampleRun, 'orders')).toBeCloseTo(11 / 12, 2);
    expect(offered / count(sampleRun, 'lapsed', 'users')).toBeCloseTo(0.05, 2);
    const { mails } = await api.get<{ mails: unknown[] }>('/api/mails?limit=1000');
    expect([mails.length, count(sampleRun, 'mail', 'users')]).toEqual([offered, offered]);
  });

  test('goes from card to card with the arrow keys, and the panel follows', async () => {
    await builder.card('paid').click();
    await builder.panel.getByText(`${number(count(sampleRun, 'paid'))} rows`).waitFor();
    await visit.takePicture('03 sample is done');
    await page.keyboard.press('ArrowDown');
    await builder.panel.getByText(`${number(count(sampleRun, 'events', 'events'))} events`).waitFor();
    expect(await builder.panel.getByText('To events · step 3 of 8').isVisible()).toBe(true);
  });

  test('makes a new pipeline by its title', async () => {
    await page.getByRole('link', { name: 'Pipelines /' }).click();
    await page.getByRole('button', { name: 'New pipeline' }).click();
    await page.getByLabel('Title').fill('Paid orders');
    await page.keyboard.press('Enter');
    await page.getByText('Begin with a source').waitFor();
    expect(page.url()).toBe(`${pelton.url}/pipelines/paid-orders`);
    expect(await page.getByRole('button', { name: 'Run draft' }).getAttribute('title')).toBe(
      'The pipeline has no steps yet',
    );
  });

  test('drags steps from the palette onto the canvas', async () => {
    await builder.dragToCanvas('file/read', { x: 400, y: 100 });
    for (const [index, [uses, step]] of [
      ['core/filter', 'filter'],
      ['core/to-events', 'to_events'],
      ['core/metric:orders', 'metric'],
    ].entries()) {
      const at = await builder.dragToCanvas(uses ?? '', { x: 400, y: 250 + index * 160 });
      const { x, y, width, height } = await boxOf(builder.card(step ?? ''));
      expect([at.x > x, at.x < x + width, at.y > y, at.y < y + height], step).toEqual([true, true, true, true]);
    }
    expect((await builder.cards()).map(({ step }) => step)).toEqual(['file', 'filter', 'to_events', 'metric']);
    await visit.takePicture('04 steps on the canvas');
  });

  test('is refused a wrong wire, with the reason in words', async () => {
    await builder.card('file').click();
    await builder.choose('Connection', 'Shop exports');
    await builder.choose('File', 'orders.parquet');
    await builder.card('file').getByText('orders.parquet').waitFor();
    await builder.drawWire('file.rows', 'metric.users');
    const reason = await builder.refusal.innerText();
    expect(reason).toMatch(
      /^This wire does not fit\s+Orders needs a column user_id\. File gives customer_id\.\s+Needs\s+user_id\s+text/,
    );
    await visit.takePicture('05 wire refused');
    await page.keyboard.press('Escape');
    await builder.refusal.waitFor({ state: 'hidden' });
  });

  test('connects the steps, but not in a circle', async () => {
    await builder.drawWire('file.rows', 'filter.rows');
    await builder.drawWire('filter.rows', 'to_events.rows');
    await builder.drawWire('to_events.events', 'metric.users');
    await builder.drawWire('to_events.events', 'filter.rows');
    expect(await builder.refusal.innerText()).toContain(
      'To events already waits for Filter. The wire would close a circle.',
    );
    await page.keyboard.press('Escape');
  });

  test('fills in the forms, and the draft is saved by itself', async () => {
    await builder.card('filter').click();
    await builder.panel.getByRole('button', { name: 'Add rule' }).click();
    await builder.choose('Field', 'status');
    await builder.panel.getByLabel('Value').fill('paid');
    await builder.card('to_events').click();
    await builder.panel.getByLabel('Event name').fill('Order Completed');
    await page.keyboard.press('Tab');
    await builder.choose('Person', 'customer_id');
    await builder.choose('Time', 'ordered_at');
    await page.getByText(/^Saved \d\d:\d\d$/).waitFor();
    expect(await page.getByText('Draft · 4 changes').isVisible()).toBe(true);
    const { draft } = await api.get<Pipeline>('/api/pipelines/paid-orders');
    const status = { combinator: 'and', rules: [{ field: 'status', operator: '=', value: 'paid' }] };
    expect(draft.steps).toMatchObject([
      { uses: 'file/read', with: { connection: 'shop-exports', stream: 'orders.parquet' }, inputs: {} },
      { uses: 'core/filter', with: { condition: status }, inputs: { rows: 'file' } },
      {
        uses: 'core/to-events',
        with: { event: 'Order Completed', userId: 'customer_id', timestamp: 'ordered_at' },
        inputs: { rows: 'filter' },
      },
      { uses: 'core/metric', with: { metric: 'orders' }, inputs: { users: 'to_events' } },
    ]);
    await page.reload();
    await builder.card('filter').getByText('status is paid').waitFor();
  });

  test('runs the draft and sees state and rows on each card, while nothing is stored', async () => {
    const counted = () => api.get<EventName[]>('/api/events/names');
    const before = await counted();
    await page.getByRole('button', { name: 'Run draft' }).click();
    await builder.runIsDone();
    draftRun = await newestRun();
    const [all, paid] = [count(sampleRun, 'orders'), count(sampleRun, 'paid')];
    const values = count(draftRun, 'metric', 'values');
    expect(draftRun).toMatchObject({ pipeline: 'paid-orders', draft: true, state: 'done' });
    expect(draftRun.steps.map((step) => step.rows)).toEqual([
      { rows: all },
      { rows: paid },
      { events: paid },
      { values },
    ]);
    const cards = await builder.cards();
    expect(cards.map(({ step, state }) => [step, state])).toEqual(draftRun.steps.map(({ id }) => [id, 'done']));
    const told = [`${number(all)} rows`, `${number(paid)} rows`, `${number(paid)} events`, `${values} values`];
    for (const [index, text] of told.entries()) expect(cards[index]?.lines).toContain(text);
    expect(await page.getByText('nothing was sent').isVisible()).toBe(true);
    expect(await counted()).toEqual(before);
    await visit.takePicture('06 draft is done');
  });

  test('looks at the rows of a step, and at its SQL', async () => {
    await builder.card('filter').click();
    await builder.panel.getByText(`${number(count(draftRun, 'filter'))} rows`).waitFor();
    expect(await builder.panel.getByText('first 50 shown').isVisible()).toBe(true);
    const [sample] = await api.get<Sample[]>(`/api/runs/${draftRun.id}/steps/filter/samples`);
    const shown = await cellsOf(builder.panel, 4);
    expect(shown.map(([order, person]) => [order, person])).toEqual(
      sample?.rows.map(([order, person]) => [order, person]),
    );
    expect(new Set(shown.map(([, , , status]) => status))).toEqual(new Set(['paid']));
    await visit.takePicture('07 rows of a step');
    await builder.panel.getByRole('tab', { name: 'SQL' }).click();
    const sql = await builder.panel.locator('pre').innerText();
    expect(squeezed(sql)).toBe(squeezed(draftRun.steps.find(({ id }) => id === 'filter')?.sql ?? ''));
    await visit.takePicture('08 SQL of a step');
  });

  test('opens the metric and sees its chart, with the numbers of the API', async () => {
    await builder.card('metric').click();
    await builder.panel.getByRole('link', { name: 'Open', exact: true }).click();
    await page.waitForURL('**/metrics/orders');
    const chart = page.getByRole('group', { name: /^Chart:/ });
    await expect.poll(() => drawnShare(chart.locator('canvas')), { timeout: 20_000 }).toBeGreaterThan(0.7);
    const values = await api.get<MetricValues>('/api/metrics/orders/values?grain=month');
    if (values.kind !== 'series') throw new Error('orders is a series');
    const points = values.points.map(({ period, value }) => [month(period), `${number(value ?? 0)} orders`]);
    await chart.focus();
    await page.keyboard.press('End');
    const [lastMonth, lastValue] = points.at(-1) ?? [];
    const tip = await chart.getByRole('status').innerText();
    expect(tip.split('\n')).toEqual(expect.arrayContaining([lastMonth, lastValue]));
    await visit.takePicture('09 metric');
    await page.getByRole('button', { name: 'Show as a table' }).click();
    expect(await cellsOf(page.getByRole('table', { name: 'Orders' }), 2)).toEqual(points.toReversed());
    // Each paid order of the file is one event, and the months hold the whole year.
    const sum = values.points.reduce((total, { value }) => total + (value ?? 0), 0);
    expect(sum).toBe(count(sampleRun, 'paid'));
  });

  describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
    test.each([
      ['overview', '/', 'One arm is better than the control.'],
      ['builder', '/pipelines/win-back-lapsed-buyers', 'Win-back mail'],
      ['metric page', '/metrics/revenue', 'United Kingdom'],
    ])('the %s has no serious fault of accessibility', async (name, path, last) => {
      await page.emulateMedia({ colorScheme: theme });
      await page.goto(pelton.url + path);
      await page.getByRole('main').getByText(last).first().waitFor();
      await expect.poll(() => page.locator('.sk').count(), { timeout: 20_000 }).toBe(0);
      if (name === 'builder') {
        await builder.card('test').click();
        await builder.panel.getByText('first 50 shown').waitFor();
      }
      expect(await page.locator('html').getAttribute('data-theme')).toBe(theme);
      await visit.takePicture(`10 ${name} ${theme}`);
      expect(await seriousViolations(page)).toEqual([]);
    });
  });

  test('read nothing in red on the console but the question who is there', () => {
    expect(visit.errors).toEqual([expect.stringMatching(/\/api\/session: .* 401 /)]);
  });
});
