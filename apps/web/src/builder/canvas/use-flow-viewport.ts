import { useVueFlow } from '@vue-flow/core';
import { useElementSize } from '@vueuse/core';
import { computed, nextTick, type Ref, watch } from 'vue';
import { CARD } from '../graph/layout';
import type { CanvasHandle, CanvasNode, CanvasPoint, Viewport } from './canvas-model';
import { fitViewport, zoomAbout } from './fit-viewport';

const DOT_GAP = 16;

/** Which part of the canvas is in sight, and how it is changed. */
export function useFlowViewport(
  root: Readonly<Ref<HTMLElement | null>>,
  nodes: () => readonly CanvasNode[],
  tell: (viewport: Viewport) => void,
): CanvasHandle & { dots: Readonly<Ref<Record<string, string>>> } {
  const { viewport, setViewport, onPaneReady } = useVueFlow();
  const { width, height } = useElementSize(root);
  const size = () => ({ width: width.value, height: height.value });
  const limited = (zoom: number) => Math.min(2, Math.max(0.2, zoom));

  const show = (next: Viewport) => void setViewport(next);
  const fit = () => show(fitViewport(nodes(), size()));
  const zoomTo = (zoom: number) => show(zoomAbout(viewport.value, limited(zoom), size()));

  onPaneReady(() => {
    if (root.value) show(fitViewport(nodes(), { width: root.value.clientWidth, height: root.value.clientHeight }));
  });
  watch(viewport, ({ x, y, zoom }) => tell({ x, y, zoom }), { deep: true });
  // When a panel opens or closes beside it, what was in the middle stays there.
  watch(width, (next, before) => {
    if (before > 0 && next > 0) show({ ...viewport.value, x: viewport.value.x + (next - before) / 2 });
  });

  function reveal(id: string) {
    const node = nodes().find((each) => each.id === id);
    if (!node) return;
    const { zoom } = viewport.value;
    const [x, y] = [node.x + CARD.width / 2, node.y + CARD.height / 2];
    show({ x: width.value / 2 - x * zoom, y: height.value / 2 - y * zoom, zoom });
  }

  async function focusNode(id: string) {
    await nextTick();
    root.value?.querySelector<HTMLElement>(`.vue-flow__node[data-id="${id}"]`)?.focus({ preventScroll: true });
  }

  function toCanvas(point: CanvasPoint): CanvasPoint {
    const { left = 0, top = 0 } = root.value?.getBoundingClientRect() ?? {};
    const { x, y, zoom } = viewport.value;
    return { x: (point.x - left - x) / zoom, y: (point.y - top - y) / zoom };
  }

  const dots = computed(() => {
    const { x, y, zoom } = viewport.value;
    const gap = DOT_GAP * (zoom < 0.5 ? 2 : 1) * zoom;
    return { backgroundSize: `${gap}px ${gap}px`, backgroundPosition: `${x}px ${y}px` };
  });

  return {
    fit,
    showAt: show,
    zoomTo,
    zoomBy: (factor) => zoomTo(viewport.value.zoom * factor),
    reveal,
    focusNode: (id) => void focusNode(id),
    toCanvas,
    dots,
  };
}
