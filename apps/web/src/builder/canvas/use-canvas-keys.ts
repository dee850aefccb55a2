import type { Direction } from '../graph/walk';
import type { Axis } from '../graph/arrange';
import type { CanvasPoint } from './canvas-model';

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
  /** Offers what can be done with something, at a point of the screen. */
  menu: (id: string, at: CanvasPoint) => void;
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
  const id = nodeOf(event.target);
  if (id === undefined) return undefined;
  if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) return () => acts.open?.(id);
  return isMenuKey(event) ? () => acts.menu?.(id, middleOf(event.target)) : undefined;
}

const isMenuKey = ({ key, shiftKey }: KeyboardEvent) => key === 'ContextMenu' || (shiftKey && key === 'F10');

function middleOf(target: EventTarget | null): CanvasPoint {
  const { left, top, width, height } = (target as Element).getBoundingClientRect(); // nodeOf found it
  return { x: left + width / 2, y: top + height / 2 };
}

/** The other button of a mouse on a card. */
export function useCanvasMenu(acts: () => Partial<CanvasActs>): (event: MouseEvent) => void {
  return (event) => {
    const id = isTyping(event.target) ? undefined : nodeOf(event.target);
    const { menu } = acts();
    if (id === undefined || !menu) return;
    event.preventDefault();
    menu(id, { x: event.clientX, y: event.clientY });
  };
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
  const node = target instanceof Element ? target.closest('.vue-flow__node') : undefined;
  return node?.getAttribute('data-id') ?? undefined;
}

/** True when a key belongs to the field that somebody is in. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
