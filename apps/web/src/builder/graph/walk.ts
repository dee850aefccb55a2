import type { Position } from '@pelton/contract';

export type Direction = 'up' | 'down' | 'left' | 'right';

const AHEAD: Record<Direction, (dx: number, dy: number) => number> = {
  up: (_dx, dy) => -dy,
  down: (_dx, dy) => dy,
  left: (dx) => -dx,
  right: (dx) => dx,
};

/** The nearest step in a direction; what lies straight ahead counts as nearer than what lies aside. */
export function stepInDirection(
  places: Readonly<Record<string, Position>>,
  from: string,
  direction: Direction,
): string | undefined {
  const start = places[from];
  if (!start) return undefined;
  const isVertical = direction === 'up' || direction === 'down';
  const candidates = Object.entries(places).flatMap(([id, { x, y }]) => {
    const [dx, dy] = [x - start.x, y - start.y];
    const ahead = AHEAD[direction](dx, dy);
    return id === from || ahead <= 0 ? [] : [{ id, cost: ahead + 2 * Math.abs(isVertical ? dx : dy) }];
  });
  return candidates.sort((a, b) => a.cost - b.cost)[0]?.id;
}
