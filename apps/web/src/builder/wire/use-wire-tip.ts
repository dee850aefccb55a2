import { computed, type Ref, shallowRef } from 'vue';
import { useFormat } from '@/ui/use-format';
import type { CanvasPoint } from '../canvas/canvas-model';
import { columnsOfPort } from '../columns-by-port';
import { countText } from '../foot';
import { CARD } from '../graph/layout';
import type { Builder } from '../use-builder';

/** What flows through the wire under the pointer, or through the one that is chosen. */
export function useWireTip(
  { views, wiring, selectedWire, places }: Builder,
  toArea: (point: CanvasPoint) => CanvasPoint,
  viewport: Readonly<Ref<{ x: number; y: number; zoom: number }>>,
) {
  const format = useFormat();
  const hovered = shallowRef<{ id: string; at: CanvasPoint }>();

  function hover(id: string | undefined, screen: CanvasPoint) {
    const { x, y } = toArea(screen);
    hovered.value = id === undefined ? undefined : { id, at: { x: x + 12, y: y + 12 } };
  }

  const tip = computed(() => {
    const id = hovered.value?.id ?? selectedWire.value;
    const wire = wiring.wires.value.find((each) => each.id === id);
    if (!wire) return undefined;
    const [source, target] = [wire.from, wire.to].map(({ step }) => views.value.find((view) => view.id === step));
    const count = source?.run?.rows[wire.from.port];
    return {
      title: `${source?.title ?? ''} → ${target?.title ?? ''}`,
      columns: columnsOfPort(wire.from, views.value),
      rows: count === undefined ? '' : countText(wire.from.port, count, format.number),
      at: hovered.value?.at ?? besideEnd(wire.to.step),
    };
  });

  /** A wire that is chosen with a key has no pointer beside it. */
  function besideEnd(step: string): CanvasPoint {
    const { x, y, zoom } = viewport.value;
    const at = places.value[step] ?? { x: 0, y: 0 };
    return { x: (at.x + CARD.width / 2) * zoom + x + 12, y: at.y * zoom + y - 24 };
  }

  return { tip, hover };
}

export type WireTip = NonNullable<ReturnType<typeof useWireTip>['tip']['value']>;
