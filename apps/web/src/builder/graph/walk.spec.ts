import { expect, test } from 'vitest';
import { stepInDirection } from './walk';

const places = { top: { x: 0, y: 0 }, left: { x: -120, y: 112 }, right: { x: 120, y: 112 }, bottom: { x: 0, y: 224 } };

test('walks to the nearest step in a direction', () => {
  expect(stepInDirection(places, 'top', 'down')).toBe('bottom');
  expect(stepInDirection(places, 'left', 'right')).toBe('right');
  expect(stepInDirection(places, 'bottom', 'up')).toBe('top');
  expect(stepInDirection(places, 'right', 'down')).toBe('bottom');
});

test('stays where nothing is', () => {
  expect(stepInDirection(places, 'top', 'up')).toBeUndefined();
  expect(stepInDirection(places, 'gone', 'up')).toBeUndefined();
});
