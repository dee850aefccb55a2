import { expect, test } from 'vitest';
import { sampleRatioPValue } from './sample-ratio.js';

test.each<[string, number[], number[], number]>([
  ['Fabijan et al. (2019)', [821_588, 815_482], [0.5, 0.5], 1.8e-6],
  ['GrowthBook, even weights', [1000, 1200], [0.5, 0.5], 2.0079e-5],
  ['GrowthBook, uneven weights', [310, 98], [0.75, 0.25], 0.647434186],
  ['GrowthBook, an empty arm', [0, 10, 10], [0.34, 0.33, 0.33], 0.005790624],
  ['GrowthBook, as planned', [500, 500], [0.5, 0.5], 1],
  ['GrowthBook, one arm with a weight', [1000, 900, 800], [1, 0, 0], 1],
  ['Cookie Cats', [44_700, 45_489], [0.5, 0.5], 0.00860798781],
  ['nobody yet', [0, 0], [0.5, 0.5], 1],
])('%s', (_source, users, weights, pValue) => {
  expect(sampleRatioPValue(users, weights)).toBeCloseTo(pValue, 7);
});
