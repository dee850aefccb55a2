import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { cellsOf, seriousViolations } from '../support/page-looks.js';
import { ADMIN, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { startVisit, type Visit } from '../support/visit.js';

describe('items and groups in the sample shop', () => {
  let pelton: Pelton;
  let visit: Visit;
  let page: Page;

  beforeAll(async () => {
    [pelton, visit] = await Promise.all([startPelton(), startVisit('entities')]);
    const api = await Api.signIn(pelton.url);
    await api.openSample('2026-11-21T00:00:00Z');
    const { secret } = await api.post<{ secret: string }>('/api/keys', { title: 'Shop', scopes: ['write'] });
    const join = { type: 'group', userId: 'u00001', groupId: 'acme', traits: { name: 'Acme', plan: 'pro' } };
    await fetch(`${pelton.url}/v1/group`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(join),
    });
    ({ page } = visit);
    await page.goto(pelton.url);
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByLabel('Password').fill(ADMIN.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'Items', exact: true }).waitFor();
    visit.errors.length = 0; // that nobody was signed in at first
  }, 180_000);
  afterAll(async () => {
    await visit.end();
    await pelton.stop();
    removeDataDir(pelton.dataDir);
  });

  test('an item is found, with its properties, its history and the events that refer to it', async () => {
    await page.getByRole('link', { name: 'Items', exact: true }).click();
    await page.getByPlaceholder('Find an item').fill('mug');
    const table = page.getByRole('table', { name: 'Products' });
    await page.getByText('1 to 1 of 1', { exact: true }).waitFor();
    expect((await cellsOf(table, 3)).map(([id, category]) => [id?.trim(), category?.trim()])).toEqual([
      ['mug', 'kitchen'],
    ]);
    await page.getByRole('link', { name: 'mug', exact: true }).click();
    await page.getByRole('heading', { name: 'Stoneware mug' }).waitFor();
    await page.getByRole('table', { name: 'Recent events' }).waitFor();
    expect(await page.getByRole('table', { name: 'History' }).getByRole('row').count()).toBeGreaterThan(10);
    await visit.takePicture('item');
  });

  test('a group shows its members', async () => {
    await page.goto(`${pelton.url}/groups`);
    await page.getByRole('link', { name: 'acme', exact: true }).click();
    const member = page.getByRole('listitem').filter({ hasText: 'u00001' });
    await member.waitFor();
    expect(await member.textContent()).toContain('since');
    await visit.takePicture('group');
  });

  test('a user is found, joined with a visitor, split from it and joined again', async () => {
    await page.goto(`${pelton.url}/users`);
    const users = page.getByRole('table', { name: 'Users' });
    await users.getByRole('row').nth(2).waitFor();
    await page.getByPlaceholder('Find a user').fill('u00001');
    await users.getByRole('row').nth(2).waitFor({ state: 'detached' });
    await users.getByRole('link', { name: 'u00001' }).click();
    await page.getByLabel('Identifier to join').fill('tablet-1');
    await page.getByRole('button', { name: 'Join', exact: true }).click();
    const claim = page.getByRole('listitem').filter({ hasText: 'tablet-1' });
    await claim.getByText('Joined').waitFor();
    await claim.getByRole('button', { name: 'Split' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Split' }).click();
    await claim.getByText('Split off').waitFor();
    await claim.getByRole('button', { name: 'Join again' }).click();
    await claim.getByText('Joined').waitFor();
    expect(await claim.textContent()).toContain('by a member');
    await visit.takePicture('user');
  });

  test('a metric breaks down by the category of the product', async () => {
    await page.goto(`${pelton.url}/metrics/products-viewed`);
    const table = page.getByRole('table', { name: /product\.category/ });
    await table.getByRole('row').nth(3).waitFor();
    const groups = (await cellsOf(table, 1)).map(([group]) => group?.trim());
    expect(new Set(groups)).toEqual(new Set(['baby', 'car', 'garden', 'home', 'kitchen', 'toys']));
    await visit.takePicture('breakdown');
  });

  describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
    test.each(['/items', '/items/product/mug', '/groups', '/groups/group/acme', '/items/weather_day'])(
      '%s can be used by everybody, also on a phone',
      async (path) => {
        await page.emulateMedia({ colorScheme: theme });
        await page.setViewportSize({ width: 1440, height: 900 });
        await page.goto(`${pelton.url}${path}`);
        await page.getByRole('main').locator('table, dl').first().waitFor();
        expect(await seriousViolations(page)).toEqual([]);
        await visit.takePicture(`${theme}${path}`);
        await page.setViewportSize({ width: 390, height: 844 });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(wide).toBeLessThanOrEqual(390);
        await visit.takePicture(`phone ${theme}${path}`);
      },
    );
  });

  test('nothing went wrong unseen', () => {
    expect(visit.errors).toEqual([]);
  });
});
