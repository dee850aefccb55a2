import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchBrowser } from './browser.js';
import { ADMIN } from './pelton.js';
import { ROOT } from './root.js';

/** A person before a browser of their own: one window, and what its console says in red. */
export interface Visit {
  page: Page;
  /** Errors of the console and of scripts, each with the page or file that it came from. */
  errors: string[];
  /** Goes in as the first admin. That nobody was signed in before is no error. */
  signIn: (url: string) => Promise<void>;
  /** Keeps what the window shows under `tests/artefacts`. */
  takePicture: (name: string) => Promise<void>;
  end: () => Promise<void>;
}

/** Opens a window. @param name the folder of its pictures */
export async function startVisit(name: string): Promise<Visit> {
  const browser = await launchBrowser();
  const page = await browser.newPage({
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
    locale: 'en-GB',
    timezoneId: 'Europe/London',
  });
  page.setDefaultTimeout(20_000);
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.location().url}: ${message.text()}`);
  });
  page.on('pageerror', (error) => errors.push(`${page.url()}: ${error.message}`));
  return {
    page,
    errors,
    signIn: async (url) => {
      await page.goto(url);
      await page.getByLabel('E-mail').fill(ADMIN.email);
      await page.getByLabel('Password').fill(ADMIN.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('link', { name: 'Items', exact: true }).waitFor();
      errors.length = 0;
    },
    takePicture: async (picture) => {
      const path = join(ROOT, 'tests', 'artefacts', name, `${picture.replaceAll(/[^\w]+/g, '-')}.png`);
      await page.screenshot({ path, animations: 'disabled' });
    },
    end: () => browser.close(),
  };
}
