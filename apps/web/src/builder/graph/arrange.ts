import type { Position } from '@pelton/contract';
import { onGrid } from './layout';

/** Something on the canvas with its size. */
export interface Box extends Position {
  id: string;
  width: number;
  height: number;
}

export const EDGES = ['left', 'centre', 'right', 'top', 'middle', 'bottom'] as const;
export type Edge = (typeof EDGES)[number];
export type Axis = 'across' | 'down';

/** Puts boxes in line. @returns the new places by id */
export function align(boxes: readonly Box[], edge: Edge): Record<string, Position> {
  const [left, top] = [Math.min(...boxes.map(({ x }) => x)), Math.min(...boxes.map(({ y }) => y))];
  const right = Math.max(...boxes.map(({ x, width }) => x + width));
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
  const placed: Record<Edge, (box: Box) => Position> = {
    left: ({ y }) => ({ x: left, y }),
    centre: ({ y, width }) => ({ x: onGrid((left + right - width) / 2), y }),
    right: ({ y, width }) => ({ x: right - width, y }),
    top: ({ x }) => ({ x, y: top }),
    middle: ({ x, height }) => ({ x, y: onGrid((top + bottom - height) / 2) }),
    bottom: ({ x, height }) => ({ x, y: bottom - height }),
  };
  return Object.fromEntries(boxes.map((box) => [box.id, placed[edge](box)]));
}

/** Makes the gaps between boxes the same; the outer two stay where they are. @returns the new places by id */
export function distribute(boxes: readonly Box[], axis: Axis): Record<string, Position> {
  const [at, size] = axis === 'across' ? (['x', 'width'] as const) : (['y', 'height'] as const);
  const sorted = boxes.toSorted((a, b) => a[at] - b[at]);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (!first || !last || sorted.length < 3) return {};
  const filled = sorted.reduce((sum, box) => sum + box[size], 0);
  const gap = (last[at] + last[size] - first[at] - filled) / (sorted.length - 1);
  let next = first[at];
  const places = sorted.map((box) => {
    const place = { x: box.x, y: box.y, [at]: box === last ? box[at] : Math.round(next) };
    next += box[size] + gap;
    return [box.id, place] as const;
  });
  return Object.fromEntries(places);
}
