import type { Position } from '@pelton/contract';
import { computed, type Ref } from 'vue';
import { align, type Axis, type Box, distribute, type Edge } from './graph/arrange';
import { moveSteps } from './graph/edit-graph';
import { CARD, GRID, tidyUp } from './graph/layout';
import { changeNote, isNote, moveNotes } from './graph/notes';
import type { Direction } from './graph/walk';
import type { Editing } from './use-draft';

const EDGE_OF = { left: 'left', right: 'right', up: 'top', down: 'bottom' } as const;
const BY: Record<Direction, Position> = {
  up: { x: 0, y: -2 * GRID },
  down: { x: 0, y: 2 * GRID },
  left: { x: -2 * GRID, y: 0 },
  right: { x: 2 * GRID, y: 0 },
};

/** Where things lie on the canvas: moving, lining up, tidying. Each is one step of undo. */
export function useArrange(
  editing: Editing,
  places: Readonly<Ref<Record<string, Position>>>,
  selected: Readonly<Ref<readonly string[]>>,
) {
  const boxes = computed<Box[]>(() => [
    ...Object.entries(places.value).map(([id, { x, y }]) => ({ id, x, y, ...CARD })),
    ...(editing.graph.value.notes ?? []).map(({ id, x, y, width, height }) => ({ id, x, y, width, height })),
  ]);
  const chosen = () => boxes.value.filter(({ id }) => selected.value.includes(id));

  function move(moved: Readonly<Record<string, Position>>, burst?: string) {
    if (Object.keys(moved).length === 0) return;
    const steps = Object.fromEntries(Object.entries(moved).filter(([id]) => !isNote(id)));
    editing.change(moveNotes(moveSteps(editing.graph.value, { ...places.value, ...steps }), moved), burst);
  }

  function nudge(direction: Direction) {
    const by = BY[direction];
    move(Object.fromEntries(chosen().map(({ id, x, y }) => [id, { x: x + by.x, y: y + by.y }])), 'nudge');
  }

  /** Lines up what is chosen; a note alone is made larger or smaller, which has no other key. */
  function alignTo(direction: Direction) {
    const [only] = chosen();
    if (chosen().length > 1) move(align(chosen(), EDGE_OF[direction]));
    else if (only && isNote(only.id)) resize(only, BY[direction]);
  }

  function resize({ id, width, height }: Box, by: Position) {
    const size = { width: Math.max(80, width + by.x), height: Math.max(40, height + by.y) };
    editing.change(changeNote(editing.graph.value, id, size), `note ${id} size`);
  }

  return {
    boxes,
    move,
    nudge,
    alignTo,
    align: (edge: Edge) => move(align(chosen(), edge)),
    distribute: (axis: Axis) => move(distribute(chosen(), axis)),
    tidy: () => editing.change(moveSteps(editing.graph.value, tidyUp(editing.graph.value))),
  };
}
