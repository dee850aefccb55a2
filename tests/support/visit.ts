import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchBrowser } from './browser.js';
import { ROOT } from './root.js';

/** A person before a browser of their own: one window, and what its console says in red. */
export interface Visit {
  page: Page;
  /** Errors of the console and of scripts, each with the page or file that it came from. */
  errors: string[];
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
    takePicture: async (picture) => {
      const path = join(ROOT, 'tests', 'artefacts', name, `${picture.replaceAll(/[^\w]+/g, '-')}.png`);
      await page.screenshot({ path, animations: 'disabled' });
    },
    end: () => browser.close(),
  };
}
