import axe from 'axe-core';
import type { Locator, Page } from 'playwright-core';

/** Serious and critical violations that axe-core finds on the page as it stands, each with the elements at fault. */
export async function seriousViolations(page: Page): Promise<string[]> {
  // Colours in the middle of a transition are nobody's.
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'] }),
  ); // the source above puts it there
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

/** Share of a chart's width over which its first line is drawn: columns of pixels that hold the line's colour. */
export function drawnShare(canvas: Locator): Promise<number> {
  return canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement; // the caller names a canvas
    const pixels = (element as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
    const probe = document.body.appendChild(document.createElement('i'));
    probe.style.color = 'var(--chart-1)';
    const line = getComputedStyle(probe).color.match(/\d+/g)?.map(Number) ?? [];
    probe.remove();
    const isLine = (at: number) => line.every((part, index) => Math.abs((pixels[at + index] ?? 0) - part) < 24);
    let drawn = 0;
    for (let x = 0; x < width; x += 1)
      for (let y = 0; y < height; y += 1)
        if (isLine((y * width + x) * 4)) {
          drawn += 1;
          break;
        }
    return drawn / width;
  });
}

/** The first cells of each row below a table's head, as they read. */
export function cellsOf(table: Locator, count: number): Promise<(string | null)[][]> {
  return table
    .locator('tbody tr')
    .evaluateAll(
      (rows, most) => rows.map((row) => [...row.querySelectorAll('td')].slice(0, most).map((cell) => cell.textContent)),
      count,
    );
}
