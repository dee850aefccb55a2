import type { Note } from '@pelton/contract';
import { onGrid } from '../graph/layout';

const LEAST = { width: 80, height: 40 };

/** Follows a hand that pulls the corner of a note. @returns what begins it */
export function useNoteSize(
  now: () => { note: Note; zoom: number },
  tell: (size: { width: number; height: number }) => void,
): (event: PointerEvent) => void {
  return ({ clientX, clientY, pointerId, currentTarget }) => {
    const { note, zoom } = now();
    const corner = currentTarget as HTMLElement; // the listener is on the corner
    corner.setPointerCapture(pointerId);
    const follow = (event: PointerEvent) =>
      tell({
        width: Math.max(LEAST.width, onGrid(note.width + (event.clientX - clientX) / zoom)),
        height: Math.max(LEAST.height, onGrid(note.height + (event.clientY - clientY) / zoom)),
      });
    corner.addEventListener('pointermove', follow);
    corner.addEventListener('lostpointercapture', () => corner.removeEventListener('pointermove', follow), {
      once: true,
    });
  };
}
