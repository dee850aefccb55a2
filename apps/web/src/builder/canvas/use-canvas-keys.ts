import type { Direction } from '../graph/walk';
import type { Axis } from '../graph/arrange';

const DIRECTIONS: Record<string, Direction> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
};
const AXES: Record<string, Axis> = { KeyH: 'across', KeyV: 'down' };

/** What the keys of the canvas do. */
export interface CanvasActs {
  /** @param isMore chooses the next one besides */
  walk: (direction: Direction, isMore: boolean) => void;
  nudge: (direction: Direction) => void;
  /** Puts what is chosen in line on that side; makes a note alone larger or smaller. */
  align: (direction: Direction) => void;
  distribute: (axis: Axis) => void;
  remove: (options: { joins: boolean }) => void;
  open: (id: string) => void;
}

/** Arrows walk from card to card, with Alt they move it. Typing in a field is left alone. */
export function useCanvasKeys(acts: () => Partial<CanvasActs>): (event: KeyboardEvent) => void {
  return (event) => {
    if (isTyping(event.target) || !isOnCanvas(event.target)) return;
    const act = findAct(event, acts());
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
}

function findAct(event: KeyboardEvent, acts: Partial<CanvasActs>): (() => void) | undefined {
  const direction = DIRECTIONS[event.key];
  if (direction) return arrowAct(direction, event, acts);
  const axis = event.altKey && event.shiftKey ? AXES[event.code] : undefined;
  if (axis) return () => acts.distribute?.(axis);
  if (event.key === 'Delete' || event.key === 'Backspace') return () => acts.remove?.({ joins: !event.shiftKey });
  const id = event.key === 'Enter' && !event.ctrlKey && !event.metaKey ? nodeOf(event.target) : undefined;
  return id === undefined ? undefined : () => acts.open?.(id);
}

function arrowAct(direction: Direction, { altKey, shiftKey }: KeyboardEvent, acts: Partial<CanvasActs>): () => void {
  if (altKey) return () => (shiftKey ? acts.align?.(direction) : acts.nudge?.(direction));
  return () => acts.walk?.(direction, shiftKey);
}

/** The bars that float on the canvas have keys of their own. */
function isOnCanvas(target: EventTarget | null): boolean {
  return !(target instanceof HTMLElement && target.closest('.float, .tip'));
}

function nodeOf(target: EventTarget | null): string | undefined {
  const node = target instanceof HTMLElement ? target.closest('.vue-flow__node') : undefined;
  return node?.getAttribute('data-id') ?? undefined;
}

/** True when a key belongs to the field that somebody is in. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
