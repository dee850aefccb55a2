import type { Position } from '@pelton/contract';
import { CARD } from '../graph/layout';
import type { Viewport } from './canvas-model';

/** Room that the strip above and the controls below take, and air at the sides. */
const ROOM = { top: 58, bottom: 56, side: 24 };
const LEAST_ZOOM = 0.35;

/** A viewport that shows all cards, never larger than life; what fits hangs from the top, as it is read. */
export function fitViewport(
  places: readonly (Position & { width?: number; height?: number })[],
  size: { width: number; height: number },
): Viewport {
  if (places.length === 0) return { x: size.width / 2 - CARD.width / 2, y: ROOM.top + 40, zoom: 1 };
  const left = Math.min(...places.map(({ x }) => x));
  const top = Math.min(...places.map(({ y }) => y));
  const width = Math.max(...places.map((each) => each.x + (each.width ?? CARD.width))) - left;
  const height = Math.max(...places.map((each) => each.y + (each.height ?? CARD.height))) - top;
  const wanted = Math.min((size.width - 2 * ROOM.side) / width, (size.height - ROOM.top - ROOM.bottom) / height);
  const zoom = Math.max(LEAST_ZOOM, Math.min(1, wanted));
  return {
    x: Math.round((size.width - width * zoom) / 2 - left * zoom),
    y: Math.round(ROOM.top - top * zoom),
    zoom,
  };
}

/** The viewport after zooming about the middle of the canvas. */
export function zoomAbout({ x, y, zoom }: Viewport, next: number, size: { width: number; height: number }): Viewport {
  const [cx, cy] = [size.width / 2, size.height / 2];
  const factor = next / zoom;
  return { x: cx - (cx - x) * factor, y: cy - (cy - y) * factor, zoom: next };
}
