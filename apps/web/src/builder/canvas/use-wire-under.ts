import type { CanvasPoint } from './canvas-model';
import { wireAt } from './wire-at';

/** Which wire something that is dragged is held over; asked at most once a frame. */
export function useWireUnder(tell: (id: string | undefined) => void) {
  let told: string | undefined;
  let frame = 0;

  function set(id: string | undefined) {
    if (id !== told) tell(id);
    told = id;
  }

  function look(at: CanvasPoint) {
    if (frame) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      set(wireAt(at));
    });
  }

  /** Ends the drag. @returns the wire under its last point */
  function settle(at: CanvasPoint | undefined): string | undefined {
    cancelAnimationFrame(frame);
    frame = 0;
    const id = at && wireAt(at);
    set(undefined);
    return id;
  }

  return { look, settle };
}
