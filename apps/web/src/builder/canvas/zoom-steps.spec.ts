import { expect, test } from 'vitest';
import { nextZoom } from './zoom-steps';

test('zooming goes by steps that one knows, also from between two', () => {
  expect([nextZoom(1, 'in'), nextZoom(1, 'out'), nextZoom(0.83, 'in'), nextZoom(0.83, 'out')]).toEqual([
    1.1, 0.9, 0.9, 0.75,
  ]);
  expect([nextZoom(2, 'in'), nextZoom(0.2, 'out')]).toEqual([2, 0.2]);
});
