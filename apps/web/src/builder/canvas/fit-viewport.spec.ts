import { expect, test } from 'vitest';
import { fitViewport, zoomAbout } from './fit-viewport';

const size = { width: 800, height: 600 };

test('what fits is shown at its own size, in the middle and from the top', () => {
  expect(fitViewport([{ x: 100, y: 40 }], size)).toEqual({ x: 192, y: 18, zoom: 1 });
});

test('what does not fit is made smaller, but stays readable', () => {
  const tall = fitViewport(
    [
      { x: 0, y: 0 },
      { x: 0, y: 900 },
    ],
    size,
  );
  expect(tall.zoom).toBeCloseTo(486 / 975);
  expect(
    fitViewport(
      [
        { x: 0, y: 0 },
        { x: 0, y: 90_000 },
      ],
      size,
    ).zoom,
  ).toBe(0.35);
});

test('of what is too wide to be read whole, the first card is in sight', () => {
  const opened = (...places: { x: number; y: number }[]) => {
    const [first = { x: 0, y: 0 }] = places;
    const { x, y, zoom } = fitViewport(places, size);
    return [first.x * zoom + x, first.y * zoom + y].map(Math.round);
  };
  expect(opened({ x: 0, y: 0 }, { x: 90_000, y: 0 })).toEqual([24, 58]);
  expect(opened({ x: 45_000, y: 0 }, { x: 0, y: 120 }, { x: 90_000, y: 120 })).toEqual([362, 58]);
  expect(opened({ x: 90_000, y: 0 }, { x: 0, y: 120 })).toEqual([700, 58]);
});

test('an empty canvas begins where the first card would lie', () => {
  expect(fitViewport([], size)).toEqual({ x: 292, y: 98, zoom: 1 });
});

test('zooming keeps the middle where it is', () => {
  expect(zoomAbout({ x: 0, y: 0, zoom: 1 }, 2, size)).toEqual({ x: -400, y: -300, zoom: 2 });
});
