import type { Metric, MetricShape } from '@pelton/contract';
import { expect, test } from 'vitest';
import { chooseMain } from './choose-main';

const metric = (name: string, type: MetricShape['type'], unit = ''): Metric => ({
  name,
  title: name,
  description: '',
  template: type,
  params: {},
  version: 1,
  shape: { type, unit, inverse: false, threshold: 1, dimensions: [], reads: '' },
  updatedAt: '2026-11-20T00:00:00Z',
  updatedBy: 'Hannah',
});

test('money comes first, then what can be counted, then shares', () => {
  const metrics = [metric('rate', 'proportion'), metric('items', 'sum', 'items'), metric('revenue', 'sum', '£')];
  expect(chooseMain(metrics)?.name).toBe('revenue');
  expect(chooseMain([metric('keep', 'retention'), metric('rate', 'proportion')])?.name).toBe('rate');
  expect(chooseMain([])).toBeUndefined();
});
