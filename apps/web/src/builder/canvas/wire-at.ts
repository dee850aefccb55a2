import type { CanvasPoint } from './canvas-model';

/** So near to a wire counts as on it, in pixels of the screen. */
const REACH = [0, -12, 12];

/** The wire under a point of the screen, also below a card that is just held there. */
export function wireAt({ x, y }: CanvasPoint): string | undefined {
  for (const dx of REACH) {
    const wire = document
      .elementsFromPoint(x + dx, y)
      .map((element) => element.closest('.vue-flow__edge')?.getAttribute('data-id'))
      .find(Boolean);
    if (wire) return wire;
  }
  return undefined;
}
