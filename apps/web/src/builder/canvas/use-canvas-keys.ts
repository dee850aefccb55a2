import type { Direction } from '../graph/walk';
import type { CanvasPoint } from './canvas-model';

const DIRECTIONS: Record<string, Direction> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
};
const BY: Record<Direction, CanvasPoint> = {
  up: { x: 0, y: -16 },
  down: { x: 0, y: 16 },
  left: { x: -16, y: 0 },
  right: { x: 16, y: 0 },
};

interface Acts {
  walk: (direction: Direction) => void;
  nudge: (by: CanvasPoint) => void;
  remove: () => void;
}

/** Arrows walk from card to card, with Alt they move it, Delete takes it out. Typing in a field is left alone. */
export function useCanvasKeys({ walk, nudge, remove }: Acts): (event: KeyboardEvent) => void {
  return (event) => {
    if (isTyping(event.target)) return;
    const direction = DIRECTIONS[event.key];
    if (direction) {
      event.preventDefault();
      event.stopPropagation();
      if (event.altKey) nudge(BY[direction]);
      else walk(direction);
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault();
      remove();
    }
  };
}

/** True when a key belongs to the field that somebody is in. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
