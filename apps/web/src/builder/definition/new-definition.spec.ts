import { expect, test } from 'vitest';
import { splitEvenly, toExperiment, variationKey } from './new-definition';

test('variations split evenly add up to 100', () => {
  const variation = { title: '', percent: 0 };
  expect(splitEvenly([variation, variation, variation]).map(({ percent }) => percent)).toEqual([34, 33, 33]);
});

test('the key of a variation comes from its title, and each has one of its own', () => {
  const variations = ['Offer, 15 %', '할인', 'Offer 15'].map((title) => ({ title }));
  expect(variations.map((_, index) => variationKey(variations, index))).toEqual([
    'offer_15',
    'variation_2',
    'offer_15_3',
  ]);
});

test('percent become weights, metrics goals', () => {
  const variations = [
    { title: 'Plain', percent: 30 },
    { title: 'Offer', percent: 70 },
  ];
  const input = toExperiment('test', 'frequentist', {
    title: 'Test',
    params: {},
    variations,
    metrics: ['revenue'],
    connection: '',
  });
  expect(input.variations.map(({ key, weight }) => [key, weight])).toEqual([
    ['plain', 0.3],
    ['offer', 0.7],
  ]);
  expect(input.metrics).toEqual([{ metric: 'revenue', role: 'goal', windowDays: 14 }]);
});
