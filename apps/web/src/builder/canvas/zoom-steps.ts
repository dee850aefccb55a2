const STEPS = [0.2, 0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2] as const;
/** A zoom between two steps, as fitting gives one, goes on to the next that differs. */
const NEAR = 0.01;

export const LEAST_ZOOM = STEPS[0];
export const MOST_ZOOM = STEPS[STEPS.length - 1] ?? 2;

/** The next zoom, one step nearer or farther. */
export function nextZoom(zoom: number, direction: 'in' | 'out'): number {
  if (direction === 'in') return STEPS.find((step) => step > zoom + NEAR) ?? MOST_ZOOM;
  return STEPS.findLast((step) => step < zoom - NEAR) ?? LEAST_ZOOM;
}
