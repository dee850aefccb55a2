import type { Graph } from '@pelton/contract';
import { expect, test } from 'vitest';
import { CARD, freePlace, placeBelow, placesOf, tidyUp } from './layout';

const step = (id: string, inputs: Record<string, string> = {}) => ({ id, uses: 'core/filter', with: {}, inputs });
const graph: Graph = {
  steps: [
    step('orders'),
    step('paid', { rows: 'orders' }),
    step('tag', { users: 'paid' }),
    step('mail', { users: 'paid.offer' }),
  ],
  layout: {},
};

test('a tidy graph reads from top to bottom and no card covers another', () => {
  const places = tidyUp(graph);
  const y = (id: string) => places[id]?.y ?? NaN;
  expect(y('paid') - y('orders')).toBeGreaterThanOrEqual(CARD.height + 40);
  expect(y('tag')).toBe(y('mail'));
  expect(Math.abs((places['tag']?.x ?? 0) - (places['mail']?.x ?? 0))).toBeGreaterThanOrEqual(CARD.width);
});

test('a wire from a step that is not there changes nothing', () => {
  expect(Object.keys(tidyUp({ steps: [step('a', { rows: 'gone' })], layout: {} }))).toEqual(['a']);
});

test('steps stay where somebody put them; others go below what they read', () => {
  const places = placesOf({ ...graph, layout: { orders: { x: 400, y: 80 }, paid: { x: 400, y: 200 } } });
  expect(places['orders']).toEqual({ x: 400, y: 80 });
  expect(places['tag']).toEqual({ x: 400, y: 320 });
  expect(places['mail']).toEqual({ x: 640, y: 320 });
});

test('a taken place gives the next to its right', () => {
  expect(freePlace({ a: { x: 0, y: 0 } }, { x: 3, y: 10 })).toEqual({ x: 240, y: 8 });
  expect(freePlace({}, { x: 3, y: 10 })).toEqual({ x: 0, y: 8 });
});

test('a step added by key goes below the chosen one, else below all', () => {
  const places = { a: { x: 0, y: 0 }, b: { x: 240, y: 0 }, c: { x: 240, y: 120 } };
  expect(placeBelow(places, 'a')).toEqual({ x: 0, y: 120 });
  expect(placeBelow(places, undefined)).toEqual({ x: 240, y: 240 });
  expect(placeBelow({}, undefined)).toEqual({ x: 0, y: 0 });
});
