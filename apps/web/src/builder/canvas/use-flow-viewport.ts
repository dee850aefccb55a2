import { useVueFlow } from '@vue-flow/core';
import { computed, nextTick, onMounted, type Ref, shallowRef, watch } from 'vue';
import { CARD } from '../graph/layout';
import type { CanvasHandle, CanvasPoint, Viewport } from './canvas-model';
import { fitViewport, zoomAbout } from './fit-viewport';
import { LEAST_ZOOM, MOST_ZOOM, nextZoom } from './zoom-steps';

const DOT_GAP = 16;
const FRAMES_TO_DRAW = 20;

/** Which part of the canvas is in sight, and how it is changed. */
export function useFlowViewport(
  root: Readonly<Ref<HTMLElement | null>>,
  nodes: () => readonly { id: string; x: number; y: number; width?: number; height?: number }[],
  tell: (viewport: Viewport) => void,
): CanvasHandle & { start: Readonly<Ref<Viewport | undefined>>; dots: Readonly<Ref<Record<string, string>>> } {
  const { viewport, setViewport, dimensions } = useVueFlow();
  const start = shallowRef<Viewport>();
  const limited = (zoom: number) => Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, zoom));

  const show = (next: Viewport) => void setViewport(next);
  const fit = () => show(fitViewport(nodes(), dimensions.value));
  const zoomTo = (zoom: number) => show(zoomAbout(viewport.value, limited(zoom), dimensions.value));

  onMounted(() => {
    const { clientWidth = 0, clientHeight = 0 } = root.value ?? {};
    start.value = fitViewport(nodes(), { width: clientWidth, height: clientHeight });
  });
  watch(viewport, ({ x, y, zoom }) => tell({ x, y, zoom }), { deep: true });
  // When a panel opens or closes beside it, what was in the middle stays there. Both change at once: drawn with the one
  // and without the other, what lies at the edge would be out of sight, and Vue Flow would take it out.
  watch(
    () => dimensions.value.width,
    (next, before) => {
      if (before > 0) show({ ...viewport.value, x: viewport.value.x + (next - before) / 2 });
    },
    { flush: 'sync' },
  );

  /** What was just added is known after the next drawing. */
  async function reveal(id: string) {
    await nextTick();
    const node = nodes().find((each) => each.id === id);
    if (!node) return;
    const { zoom } = viewport.value;
    const [x, y] = [node.x + (node.width ?? CARD.width) / 2, node.y + (node.height ?? CARD.height) / 2];
    const { width, height } = dimensions.value;
    show({ x: width / 2 - x * zoom, y: height / 2 - y * zoom, zoom });
  }

  /** A node that was just brought into sight is drawn some frames later. */
  function focusNode(id: string, framesLeft = FRAMES_TO_DRAW) {
    requestAnimationFrame(() => {
      const node = root.value?.querySelector<HTMLElement>(`.vue-flow__node[data-id="${id}"]`);
      if (node) node.focus({ preventScroll: true });
      else if (framesLeft > 0) focusNode(id, framesLeft - 1);
    });
  }

  function toCanvas(point: CanvasPoint): CanvasPoint {
    const { left = 0, top = 0 } = root.value?.getBoundingClientRect() ?? {};
    const { x, y, zoom } = viewport.value;
    return { x: (point.x - left - x) / zoom, y: (point.y - top - y) / zoom };
  }

  function toScreen(point: CanvasPoint): CanvasPoint {
    const { left = 0, top = 0 } = root.value?.getBoundingClientRect() ?? {};
    const { x, y, zoom } = viewport.value;
    return { x: point.x * zoom + x + left, y: point.y * zoom + y + top };
  }

  const dots = computed(() => {
    const { x, y, zoom } = viewport.value;
    const gap = DOT_GAP * (zoom < 0.5 ? 2 : 1) * zoom;
    return { backgroundSize: `${gap}px ${gap}px`, backgroundPosition: `${x}px ${y}px` };
  });

  return {
    /** Where the canvas is opened, known once there is room for it; drawn anywhere else first, it would jump. */
    start,
    fit,
    showAt: show,
    zoomTo,
    zoomStep: (direction) => zoomTo(nextZoom(viewport.value.zoom, direction)),
    reveal: (id) => void reveal(id),
    focusNode: (id) => focusNode(id),
    focus: () => root.value?.focus({ preventScroll: true }),
    toCanvas,
    toScreen,
    dots,
  };
}
