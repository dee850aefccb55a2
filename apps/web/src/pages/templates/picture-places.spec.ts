import type { Graph } from '@pelton/contract';
import { expect, test } from 'vitest';
import { picturePlaces } from './picture-places';

const step = (id: string, inputs: Record<string, string> = {}) => ({ id, uses: 'core/tag', with: {}, inputs });
const graph: Graph = {
  layout: {},
  steps: [
    step('people'),
    step('test', { users: 'people' }),
    step('mail', { users: 'test.offer' }),
    step('count', { users: 'people' }),
  ],
};

test('cards lie right of what they read, and those of a column are centred', () => {
  const { cards, width, height } = picturePlaces(graph);
  expect(cards).toEqual([
    { id: 'people', x: 0, y: 23 },
    { id: 'test', x: 78, y: 0 },
    { id: 'count', x: 78, y: 46 },
    { id: 'mail', x: 156, y: 23 },
  ]);
  expect([width, height]).toEqual([212, 80]);
});

test('wires go from the right edge of a card to the left edge of the next', () => {
  expect(picturePlaces(graph).wires).toEqual([
    { id: 'test:users', path: 'M56 40C67 40 67 17 78 17' },
    { id: 'mail:users', path: 'M134 17C145 17 145 40 156 40' },
    { id: 'count:users', path: 'M56 40C67 40 67 63 78 63' },
  ]);
});

test('a graph without steps has a picture too', () => {
  expect(picturePlaces({ steps: [], layout: {} })).toEqual({ cards: [], wires: [], width: 56, height: 34 });
});
