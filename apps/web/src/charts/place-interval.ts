export interface IntervalPlace {
  at: number;
  low?: number;
  high?: number;
}

/** How much of half the width the longer end of an interval takes. */
const REACH = 0.92;

/** Where a difference and its interval lie on a line of some pixels with nought in the middle. */
export function placeInterval(
  effect: number | null,
  interval: readonly [number, number] | null,
  width: number,
): IntervalPlace | undefined {
  if (effect === null) return undefined;
  const half = width / 2;
  const longest = Math.max(Math.abs(effect), ...(interval ?? []).map(Math.abs)) || 1;
  const toPixel = (value: number) => half + (value / longest) * half * REACH;
  if (!interval) return { at: toPixel(effect) };
  return { at: toPixel(effect), low: toPixel(interval[0]), high: toPixel(interval[1]) };
}
