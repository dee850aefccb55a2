import { computed, nextTick, type Ref, shallowRef } from 'vue';
import { t } from '@/i18n';
import type { MenuItem } from '@/ui/menu-item';
import type { CanvasHandle, CanvasPoint, MenuOf } from '../canvas/canvas-model';
import type { CanvasArea } from '../canvas/use-canvas-area';
import { type PlaceAct, placeMenu, type WireAct, wireMenu } from '../place-menu';
import { type StepAct, stepMenu } from '../step-menu';
import type { StepView } from '../step-view';
import type { Builder } from '../use-builder';

interface Around {
  canvas: Readonly<Ref<CanvasHandle | null>>;
  area: CanvasArea;
  viewById: Readonly<Ref<ReadonlyMap<string, StepView>>>;
  onStep: (act: StepAct, step: string) => void;
  addBetween: () => void;
  addHere: () => void;
  addNote: () => void;
}

interface OpenMenu {
  of: MenuOf;
  at: CanvasPoint;
  label: string;
  items: readonly MenuItem[];
}

/** The menu on the canvas: of a step, of a wire, or of a place where nothing lies. */
export function usePlaceMenu(builder: Builder, { canvas, area, viewById, ...does }: Around) {
  const { mayEdit, selectedWire } = builder;
  const menu = shallowRef<OpenMenu>();
  let chosen: (() => void) | undefined;

  function open(of: MenuOf, at: CanvasPoint) {
    const offered = offerOf(of);
    if (!offered || offered.items.length === 0) return;
    if (of.kind !== 'node') selectedWire.value = of.kind === 'wire' ? of.id : undefined;
    menu.value = { of, at, ...offered };
  }

  function offerOf(of: MenuOf): Pick<OpenMenu, 'label' | 'items'> | undefined {
    if (of.kind === 'node') {
      const view = viewById.value.get(of.id);
      return view && { label: t('panel.menuOf', { step: view.title }), items: stepMenu(view, !mayEdit.value) };
    }
    if (!mayEdit.value) return undefined;
    if (of.kind === 'canvas') return { label: t('canvas.label'), items: placeMenu() };
    return { label: t('placeMenu.wire'), items: wireMenu() };
  }

  function choose(act: string) {
    // Each is one of the menu that is open.
    if (menu.value?.of.kind === 'node') does.onStep(act as StepAct, menu.value.of.id);
    else chosen = placeActs[act as WireAct | PlaceAct];
  }

  const placeActs: Record<WireAct | PlaceAct, () => void> = {
    between: does.addBetween,
    takeOut: () => builder.remove({ joins: false }),
    add: does.addHere,
    note: does.addNote,
    paste: () => void builder.clipboard.pasteFromMenu(),
    all: builder.selectAll,
    tidy: builder.arrange.tidy,
  };

  /** What opens a field waits until the menu is gone, which gives the focus back to where it was. */
  async function close() {
    const [closed, act] = [menu.value, chosen];
    if (!closed) return;
    [menu.value, chosen] = [undefined, undefined];
    if (closed.of.kind === 'node') return canvas.value?.focusNode(closed.of.id);
    await nextTick();
    canvas.value?.focus();
    // It is done where the menu was opened, not where its entry was pressed.
    area.pointer.value = closed.at;
    act?.();
  }

  return {
    menu,
    /** The step whose menu is open. It is not chosen by that: the panel would push it away from its menu. */
    stepOfMenu: computed(() => (menu.value?.of.kind === 'node' ? menu.value.of.id : undefined)),
    open,
    choose,
    close,
  };
}
