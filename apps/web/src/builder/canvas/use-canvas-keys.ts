import type { Direction } from '../graph/walk';
import { useEventListener } from '@vueuse/core';
import type { Ref } from 'vue';
import type { Axis } from '../graph/arrange';
import type { CanvasPoint, MenuOf } from './canvas-model';

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
  /** Offers what can be done there, at a point of the screen. */
  menu: (of: MenuOf, at: CanvasPoint) => void;
}

interface Pressed {
  acts: Partial<CanvasActs>;
  wire: string | undefined;
}

/** Arrows walk from card to card, with Alt they move it. Typing in a field is left alone. */
export function useCanvasKeys(
  root: Readonly<Ref<HTMLElement | null>>,
  {
    pressed,
    isMain,
  }: { pressed: () => Pressed; /** Takes the keys that nothing else has the focus for. */ isMain: boolean },
): void {
  function onKeydown(event: KeyboardEvent) {
    if (isTyping(event.target) || !isOnCanvas(event.target)) return;
    const act = findAct(event, pressed());
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }
  useEventListener(root, 'keydown', onKeydown, { capture: true });
  if (isMain)
    useEventListener(document, 'keydown', (event) => {
      if (event.target === document.body && !isDialogOpen()) onKeydown(event);
    });
}

function findAct(event: KeyboardEvent, { acts, wire }: Pressed): (() => void) | undefined {
  const direction = DIRECTIONS[event.key];
  if (direction) return arrowAct(direction, event, acts);
  const axis = event.altKey && event.shiftKey ? AXES[event.code] : undefined;
  if (axis) return () => acts.distribute?.(axis);
  if (event.key === 'Delete' || event.key === 'Backspace') return () => acts.remove?.({ joins: !event.shiftKey });
  const id = nodeOf(event.target);
  if (isMenuKey(event)) {
    const of: MenuOf = wire === undefined ? placeOf(id) : { kind: 'wire', id: wire };
    return acts.menu && (() => acts.menu?.(of, middleOf(event.target)));
  }
  if (id === undefined || event.key !== 'Enter' || event.ctrlKey || event.metaKey) return undefined;
  return () => acts.open?.(id);
}

const placeOf = (id: string | undefined): MenuOf => (id === undefined ? { kind: 'canvas' } : { kind: 'node', id });

const isMenuKey = ({ key, shiftKey }: KeyboardEvent) => key === 'ContextMenu' || (shiftKey && key === 'F10');

function middleOf(target: EventTarget | null): CanvasPoint {
  const { left, top, width, height } = (target as Element).getBoundingClientRect(); // keys go to elements
  return { x: left + width / 2, y: top + height / 2 };
}

/** The other button of a mouse. */
export function useCanvasMenu(acts: () => Partial<CanvasActs>): (event: MouseEvent) => void {
  return (event) => {
    const { menu } = acts();
    if (!menu || isTyping(event.target) || !isOnCanvas(event.target)) return;
    event.preventDefault();
    const wire = idOf(event.target, '.vue-flow__edge');
    menu(wire === undefined ? placeOf(nodeOf(event.target)) : { kind: 'wire', id: wire }, {
      x: event.clientX,
      y: event.clientY,
    });
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

const nodeOf = (target: EventTarget | null) => idOf(target, '.vue-flow__node');

function idOf(target: EventTarget | null, drawnAs: string): string | undefined {
  const drawn = target instanceof Element ? target.closest(drawnAs) : undefined;
  return drawn?.getAttribute('data-id') ?? undefined;
}

/** True while the keys belong to a dialog. */
export function isDialogOpen(): boolean {
  return document.querySelector('.el-overlay:not([style*="display: none"])') !== null;
}

/** True when a key belongs to the field that somebody is in. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
