import type { CanvasPoint } from './canvas-model';

/** Where on the screen a hand is, by mouse or by touch. */
export function pointOf(event: MouseEvent | TouchEvent): CanvasPoint {
  const { clientX, clientY } =
    'changedTouches' in event ? (event.changedTouches[0] ?? { clientX: -1, clientY: -1 }) : event;
  return { x: clientX, y: clientY };
}
