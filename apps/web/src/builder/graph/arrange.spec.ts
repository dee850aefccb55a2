import { expect, test } from 'vitest';
import { align, type Box, distribute } from './arrange';

const box = (id: string, x: number, y: number): Box => ({ id, x, y, width: 216, height: 75 });
const boxes = [box('a', 0, 0), box('b', 304, 40), box('c', 1000, 200)];

test('boxes are put in line at an edge or in the middle', () => {
  expect(align(boxes, 'left')).toEqual({ a: { x: 0, y: 0 }, b: { x: 0, y: 40 }, c: { x: 0, y: 200 } });
  expect(align(boxes, 'bottom')).toEqual({ a: { x: 0, y: 200 }, b: { x: 304, y: 200 }, c: { x: 1000, y: 200 } });
  expect(align(boxes, 'centre')['b']).toEqual({ x: 504, y: 40 });
});

test('gaps are made the same between the outer two', () => {
  expect(distribute(boxes, 'across')).toEqual({ a: { x: 0, y: 0 }, b: { x: 500, y: 40 }, c: { x: 1000, y: 200 } });
  expect(distribute(boxes.slice(1), 'down')).toEqual({});
});
