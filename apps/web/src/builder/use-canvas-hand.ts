import { computed, type Ref } from 'vue';
import type { CanvasHandle } from './canvas/canvas-model';
import type { CanvasArea } from './canvas/use-canvas-area';
import type { CanvasActs } from './canvas/use-canvas-keys';
import type { Box } from './graph/arrange';
import type { Direction } from './graph/walk';
import type { Builder } from './use-builder';

interface Around {
  canvas: Readonly<Ref<CanvasHandle | null>>;
  area: CanvasArea;
  boxById: Readonly<Ref<ReadonlyMap<string, Box>>>;
  /** Whether something else keeps the focus. */
  isBusy: () => boolean;
  menu: CanvasActs['menu'];
}

/** Going about on the canvas by hand or by keys: to walk, to show, to open. */
export function useCanvasHand({ selected, select, mayEdit, arrange, notes, ...builder }: Builder, around: Around) {
  const { canvas, area, boxById } = around;

  function walk(direction: Direction, isMore: boolean) {
    area.forgetPointer();
    const ids = selected.value;
    const id = builder.walk(direction, isMore);
    if (id) show(id, isMore ? [...ids.filter((each) => each !== id), id] : [id]);
  }

  /** Brings something into sight and gives it the focus. */
  function show(id: string, ids: string[] = [id]) {
    select(ids);
    const box = boxById.value.get(id);
    if (!box || !area.isInSight(box)) canvas.value?.reveal(id);
    if (!around.isBusy()) canvas.value?.focusNode(id);
  }

  function open(id: string) {
    select([id]);
    if (mayEdit.value && notes.notes.value.some((note) => note.id === id)) notes.written.value = id;
  }

  /** Somebody stops to write in a note. */
  function written(id: string) {
    if (notes.written.value === id) notes.written.value = undefined;
    canvas.value?.focusNode(id);
  }

  const placeOfHand = () => canvas.value?.toCanvas(area.pointer.value ?? area.middle());
  builder.clipboard.placeToPaste.value = placeOfHand;

  function addNote() {
    const at = placeOfHand();
    if (at) notes.add(at);
  }

  const acts = computed<Partial<CanvasActs>>(() => ({
    walk,
    open,
    menu: around.menu,
    ...(mayEdit.value && {
      nudge: arrange.nudge,
      align: arrange.alignTo,
      distribute: arrange.distribute,
      remove: builder.remove,
    }),
  }));

  return { show, open, written, addNote, acts };
}
