import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.js';
import { type Collector, openCollector } from '../support/collected.js';

// The published browser clients, and our own, in a real browser on a page of another site.

const require = createRequire(import.meta.url);
const script = (name: string, file: string) =>
  readFileSync(join(dirname(require.resolve(`${name}/package.json`)), 'dist', file), 'utf8');

let collector: Collector;
let browser: Browser;
let site: Server;
let siteUrl: string;

beforeAll(async () => {
  [collector, browser] = await Promise.all([openCollector(), launchBrowser()]);
  const files: Record<string, string> = {
    '/segment.js': script('@segment/analytics-next', 'umd/standalone.js'),
    '/posthog.js': script('posthog-js', 'array.full.no-external.js'),
  };
  site = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site');
    const file = files[pathname];
    response.setHeader('content-type', file ? 'text/javascript' : 'text/html');
    response.end(file ?? `<!doctype html><title>Shop ${pathname}</title>${searchParams.get('head') ?? ''}`);
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  const address = site.address();
  siteUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
});
afterAll(async () => {
  await browser.close();
  site.close();
  await collector.close();
});

/** A page of the shop whose head holds these tags. */
async function open(path: string, head: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await (await browser.newContext(options)).newPage();
  await page.goto(`${siteUrl}${path}${path.includes('?') ? '&' : '?'}head=${encodeURIComponent(head)}`);
  return page;
}

test('@segment/analytics-next', async () => {
  const { key, url } = collector;
  const page = await open(
    '/basket',
    `<script>window.analytics = []; analytics._writeKey = '${key}'; analytics._cdn = '${url}';
      analytics._loadOptions = { integrations: { 'Segment.io': { apiHost: '${new URL(url).host}/v1', protocol: 'http' } } };
      for (const name of ['page', 'track', 'identify', 'group'])
        analytics[name] = (...args) => { analytics.push([name, ...args]); };
      analytics.page(); analytics.track('Product Added', { price: 5 }); analytics.identify('next-1', { plan: 'pro' });
      analytics.track('Order Completed');</script>
     <script src="/segment.js"></script>`,
  );
  const events = await collector.eventsOf('next-1', 4);
  expect(events.map(({ event }) => event).sort()).toEqual([
    'Identified',
    'Order Completed',
    'Page Viewed',
    'Product Added',
  ]);
  const named = (name: string) => events.find(({ event }) => event === name);
  expect(named('Page Viewed')?.properties).toMatchObject({ path: '/basket', title: 'Shop /basket' });
  expect(named('Product Added')?.properties).toEqual({ price: 5 });
  expect(named('Identified')?.anonymousId).not.toBe('');
  await page.context().close();
});

test('posthog-js', async () => {
  const { key, url } = collector;
  const page = await open('/', '<script src="/posthog.js"></script>');
  await page.evaluate(`posthog.init('${key}', { api_host: '${url}', autocapture: false, capture_pageview: true,
    disable_session_recording: true, disable_surveys: true, opt_out_useragent_filter: true, request_batching: false });
    posthog.capture('Product Added', { price: 5 });
    posthog.identify('phjs-1', { plan: 'pro' });
    posthog.capture('Order Completed', { total: 9 });`);
  // The first view is sent a moment later than what the page says, when the visitor is known already.
  const events = await collector.eventsOf('phjs-1', 3);
  expect(events.map(({ event }) => event).sort()).toEqual(['Identified', 'Order Completed', 'Page Viewed']);
  const visitor = await collector.eventsOf(events[0]?.anonymousId ?? '', 4);
  const added = visitor.find(({ event }) => event === 'Product Added');
  expect(added).toMatchObject({ userId: '', properties: { price: 5 }, source: 'posthog' });
  await page.context().close();
});

describe('pelton.js', () => {
  const tag = (more = '') =>
    `<script>pelton = [['track', 'Early', { n: 1 }]]</script><script src="${collector.url}/pelton.js" data-key="${collector.key}" ${more}></script>`;
  const visitorOf = (page: Page) => page.evaluate<string>("localStorage.getItem('pelton_anonymous') ?? ''");

  test('sends views with referrer, campaign, device and visit, and what the page tells it', async () => {
    const page = await open('/landing?utm_source=mail&utm_campaign=spring', tag(), {
      userAgent: 'Test Browser',
    });
    await page.evaluate(`history.pushState({}, '', '/next'); pelton.track('Clicked', { button: 'buy' });
      pelton.identify('own-1', { plan: 'pro' });`);
    const events = await collector.eventsOf(await visitorOf(page), 5);
    const paths = events.filter(({ event }) => event === 'Page Viewed').map(({ properties }) => properties.path);
    expect(new Set(paths)).toEqual(new Set(['/landing', '/next']));
    expect(paths).toHaveLength(2);
    expect(events.find(({ event }) => event === 'Early')?.properties).toEqual({ n: 1 });
    expect(events.find(({ event }) => event === 'Identified')?.userId).toBe('own-1');
    expect(new Set(events.map(({ context }) => context.session_id)).size).toBe(1);
    const next = events.find(({ properties }) => properties.path === '/next');
    expect(next?.properties.referrer).toContain('/landing');
    expect(next?.context).toMatchObject({
      campaign: { source: 'mail', name: 'spring' },
      device: { type: 'desktop' },
      userAgent: 'Test Browser',
      library: { name: 'pelton.js' },
    });
    await page.context().close();
  });

  test('keeps what it could not send, over the next page, and sends it once', async () => {
    const page = await open('/a', tag('data-auto="off"'));
    const visitor = await visitorOf(page);
    await collector.eventsOf(visitor, 1);
    await page.route(`${collector.url}/v1/batch`, (route) => route.abort());
    await page.evaluate("pelton.track('Offline')");
    await page.waitForFunction("localStorage.getItem('pelton_queue').includes('Offline')");
    await page.unrouteAll();
    await page.goto(`${siteUrl}/b?head=${encodeURIComponent(tag('data-auto="off"'))}`);
    const events = await collector.eventsOf(visitor, 3);
    expect(events.map(({ event }) => event).sort()).toEqual(['Early', 'Early', 'Offline']);
    await page.context().close();
  });

  test('sends what happened last while the page is left for another site', async () => {
    const page = await open('/leaving', tag('data-auto="off"'));
    const visitor = await visitorOf(page);
    await collector.eventsOf(visitor, 1);
    await page.evaluate("pelton.track('Left', { text: '가'.repeat(9000) }); location.href = '/elsewhere'");
    await page.waitForURL('**/elsewhere');
    const events = await collector.eventsOf(visitor, 2);
    expect(events.map(({ event }) => event).sort()).toEqual(['Early', 'Left']);
    await page.context().close();
  });

  test('sends many large calls in parts that a browser and the server take', async () => {
    const page = await open('/large', tag('data-auto="off"'));
    const visitor = await visitorOf(page);
    await page.evaluate("for (let n = 0; n < 6; n += 1) pelton.track('Large', { n, text: '가'.repeat(10000) })");
    await page.evaluate("pelton.track('Too large', { text: 'x'.repeat(70000) }); pelton.track('Last')");
    const events = await collector.eventsOf(visitor, 8);
    const large = events.filter(({ event }) => event === 'Large').map(({ properties }) => properties.n);
    expect(new Set(large)).toEqual(new Set([0, 1, 2, 3, 4, 5]));
    expect(events.map(({ event }) => event)).toContain('Last');
    expect(events.map(({ event }) => event)).not.toContain('Too large');
    await page.context().close();
  });

  test('sends nothing for a visitor who asks not to be tracked, or before a yes; and forgets after a no', async () => {
    const asksNot = await browser.newContext();
    await asksNot.addInitScript("Object.defineProperty(navigator, 'doNotTrack', { value: '1' })");
    const page = await asksNot.newPage();
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.url()));
    await page.goto(`${siteUrl}/dnt?head=${encodeURIComponent(tag())}`);
    await page.evaluate("pelton.track('Never')");
    expect(await page.evaluate('localStorage.length')).toBe(0);
    expect(sent.filter((url) => url.endsWith('/v1/batch'))).toEqual([]);
    await asksNot.close();

    const waiting = await open('/consent', tag('data-consent="required"'));
    expect(await visitorOf(waiting)).toBe('');
    await waiting.evaluate('pelton.consent(true)');
    const events = await collector.eventsOf(await visitorOf(waiting), 1);
    expect(events).toMatchObject([{ event: 'Page Viewed', properties: { path: '/consent' } }]);
    await waiting.evaluate("pelton.consent(false); pelton.track('Never')");
    expect(await visitorOf(waiting)).toBe('');
    expect(await waiting.evaluate("localStorage.getItem('pelton_queue')")).toBe('[]');
    await waiting.context().close();
  });
});
