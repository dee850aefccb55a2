import type { Position } from '@pelton/contract';
import { CARD } from '../graph/layout';
import type { Viewport } from './canvas-model';

/** Room that the strip above and the controls below take, and air at the sides. */
const ROOM = { top: 58, bottom: 56, side: 24 };
const LEAST_ZOOM = 0.35;

/**
 * A viewport that shows all cards, never larger than life, hung from the top, as it is read. Of what is too wide to be
 * read whole it shows the part where the first card lies.
 */
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
  const middle =
    width * zoom > size.width
      ? middleOfFirst(places, { left, width, shown: (size.width - 2 * ROOM.side) / zoom })
      : left + width / 2;
  return {
    x: Math.round(size.width / 2 - middle * zoom),
    y: Math.round(ROOM.top - top * zoom),
    zoom,
  };
}

/** Where the middle lies when the highest card, of several the leftmost, is in sight, and no more beside the cards than there has to be. */
function middleOfFirst(
  places: readonly Position[],
  { left, width, shown }: { left: number; width: number; shown: number },
): number {
  const first = places.reduce((best, each) =>
    each.y < best.y || (each.y === best.y && each.x < best.x) ? each : best,
  );
  return Math.min(Math.max(first.x + CARD.width / 2, left + shown / 2), left + width - shown / 2);
}

/** The viewport after zooming about the middle of the canvas. */
export function zoomAbout({ x, y, zoom }: Viewport, next: number, size: { width: number; height: number }): Viewport {
  const [cx, cy] = [size.width / 2, size.height / 2];
  const factor = next / zoom;
  return { x: cx - (cx - x) * factor, y: cy - (cy - y) * factor, zoom: next };
}
