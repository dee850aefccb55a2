import type { Page } from 'playwright-core';
import { boxOf, type BuilderHand, type Point } from './builder-hand.js';

const COUNTED_MS = 1_500;

/** Frames per second while a hand drags a card round in a circle. */
export async function framesWhileDragging(page: Page, builder: BuilderHand, step: string): Promise<number> {
  const { x, y, width, height } = await boxOf(builder.card(step));
  const start: Point = { x: x + width / 2, y: y + height / 2 };
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(start.x + 8, start.y + 8);
  const hand = { holds: true };
  const counted = countFrames(page).finally(() => (hand.holds = false));
  for (let turn = 0; hand.holds; turn += 0.2)
    // A hand moves on from where it is; the next move waits for this one.
    // oxlint-disable-next-line no-await-in-loop
    await page.mouse.move(start.x + 60 * Math.cos(turn), start.y + 60 * Math.sin(turn));
  await page.mouse.up();
  return counted;
}

function countFrames(page: Page): Promise<number> {
  return page.evaluate(
    (forMs) =>
      new Promise<number>((resolve) => {
        const begin = performance.now();
        let frames = 0;
        const count = (now: number) => {
          frames += 1;
          if (now - begin < forMs) requestAnimationFrame(count);
          else resolve((frames - 1) / ((now - begin) / 1000));
        };
        requestAnimationFrame(count);
      }),
    COUNTED_MS,
  );
}

/** When the first cards are painted, in milliseconds since going to the page, as the page itself counts; and how many. */
export async function firstCards(page: Page, url: string): Promise<{ ms: number; cards: number }> {
  await page.addInitScript(() => {
    const look = () => {
      const cards = document.querySelectorAll('[data-step]').length;
      // What is there in one frame is painted by the next.
      if (cards) requestAnimationFrame(() => performance.mark('first cards', { detail: cards }));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.goto(url);
  const found = await page.waitForFunction(() => {
    const [mark] = performance.getEntriesByName('first cards') as PerformanceMark[]; // only marks bear that name
    return mark && { ms: mark.startTime, cards: Number(mark.detail) };
  });
  return (await found.jsonValue()) ?? { ms: Number.NaN, cards: Number.NaN };
}
