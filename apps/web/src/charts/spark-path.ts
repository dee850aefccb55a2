export interface SparkPath {
  line: string;
  area: string;
  end: { x: number; y: number };
}

const EDGE = 2;

/** The path of a small line; a missing value is passed over. Undefined with fewer than two values. */
export function sparkPath(values: readonly (number | null)[], width: number, height: number): SparkPath | undefined {
  const known = values.flatMap((value, index) => (value === null ? [] : [{ value, index }]));
  if (known.length < 2) return undefined;
  const least = Math.min(...known.map(({ value }) => value));
  const range = Math.max(...known.map(({ value }) => value)) - least || 1;
  const points = known.map(({ value, index }) => ({
    x: round(EDGE / 2 + (index / (values.length - 1)) * (width - 2 * EDGE)),
    y: round(height - EDGE - ((value - least) / range) * (height - 2 * EDGE)),
  }));
  const line = `M${points.map(({ x, y }) => `${x} ${y}`).join('L')}`;
  const [first, end] = [points[0] as { x: number; y: number }, points.at(-1) as { x: number; y: number }]; // two at least
  return { line, area: `${line}L${end.x} ${height}L${first.x} ${height}Z`, end };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
