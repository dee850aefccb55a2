import type { Metric } from '@pelton/contract';

/** The metric to show at large: money before other sums and counts before shares; a retention has no line over time. */
export function chooseMain(metrics: readonly Metric[]): Metric | undefined {
  const worth = ({ shape }: Metric) => {
    if (shape.type === 'retention') return 0;
    if (shape.type === 'sum') return /^\p{Sc}$/u.test(shape.unit) ? 4 : 3;
    return shape.type === 'count' || shape.type === 'unique_users' ? 2 : 1;
  };
  return metrics.toSorted((a, b) => worth(b) - worth(a))[0];
}
