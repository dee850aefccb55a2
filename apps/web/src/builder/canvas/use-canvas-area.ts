import { useElementSize, useEventListener } from '@vueuse/core';
import { type Ref, shallowRef } from 'vue';
import type { CanvasPoint, Viewport } from './canvas-model';

interface Sized extends CanvasPoint {
  width: number;
  height: number;
}

const TIP_WIDTH = 256;
const PANEL = { width: 264, height: 320 };
/** What the strip above and the bar below cover. */
const COVERED = 48;

/** The part of the window where the canvas is: the pointer in it, and where what floats finds room. */
export function useCanvasArea(root: Readonly<Ref<HTMLElement | null>>, viewport: Readonly<Ref<Viewport>>) {
  const size = useElementSize(root);
  /** On the screen; undefined while it is elsewhere, or since somebody went on by keys. */
  const pointer = shallowRef<CanvasPoint>();

  useEventListener(root, 'pointermove', ({ clientX: x, clientY: y }: PointerEvent) => (pointer.value = { x, y }));
  useEventListener(root, 'pointerleave', () => (pointer.value = undefined));

  const rect = () => root.value?.getBoundingClientRect() ?? new DOMRect();

  function toArea({ x, y }: CanvasPoint): CanvasPoint {
    const { left, top } = rect();
    return { x: x - left, y: y - top };
  }

  const within = ({ x, y }: CanvasPoint, { width, height }: { width: number; height: number }): CanvasPoint => ({
    x: Math.max(8, Math.min(x, size.width.value - width - 8)),
    y: Math.max(8, Math.min(y, size.height.value - height - 8)),
  });

  /** Where something on the canvas lies within the area. */
  function boxOf({ x, y, width, height }: Sized): Sized {
    const { zoom } = viewport.value;
    return {
      x: x * zoom + viewport.value.x,
      y: y * zoom + viewport.value.y,
      width: width * zoom,
      height: height * zoom,
    };
  }

  function isInSight(sized: Sized): boolean {
    const { x, y, width, height } = boxOf(sized);
    return x > 0 && y > COVERED && x + width < size.width.value && y + height < size.height.value - COVERED;
  }

  /** Room for a tip to the right of something, else to its left. */
  function beside(sized: Sized | undefined): CanvasPoint {
    if (!sized) return { x: 8, y: 8 };
    const { x, y, width } = boxOf(sized);
    const right = x + width + 12;
    const left = right + TIP_WIDTH < size.width.value ? right : x - TIP_WIDTH;
    return within({ x: left, y: y - 40 }, { width: TIP_WIDTH, height: 220 });
  }

  const besidePointer = () => {
    const { x, y } = toArea(pointer.value ?? middle());
    return within({ x: x + 16, y: y + 16 }, { width: TIP_WIDTH, height: 80 });
  };

  /** On the screen. */
  function middle(): CanvasPoint {
    const { left, top, width, height } = rect();
    return { x: left + width / 2, y: top + height / 2 };
  }

  return {
    size,
    pointer,
    forgetPointer: () => (pointer.value = undefined),
    toArea,
    isInSight,
    beside,
    besidePointer,
    middle,
    forPanel: (screen: CanvasPoint) => within(toArea(screen), PANEL),
  };
}

export type CanvasArea = ReturnType<typeof useCanvasArea>;
