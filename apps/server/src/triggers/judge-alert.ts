import type { AlertTrigger, MetricPoint } from '@pelton/contract';

/** What an alert sees. */
export interface Judged {
  isOver: boolean;
  period: string;
  value: number;
  before: number | null;
}

/**
 * Compares the last whole period with the threshold, or with the period before it.
 * @returns undefined when there is no such value, or none to compare it with
 */
export function judgeAlert(
  { is, threshold }: Pick<AlertTrigger, 'is' | 'threshold'>,
  points: readonly Pick<MetricPoint, 'period' | 'value' | 'complete'>[],
): Judged | undefined {
  const whole = points.filter((point) => point.complete).sort((a, b) => Date.parse(a.period) - Date.parse(b.period));
  const [last, previous] = [whole.at(-1), whole.at(-2)];
  const before = previous?.value ?? null;
  if (last?.value === null || last?.value === undefined) return undefined;
  const seen = { period: last.period, value: last.value, before };
  if (is === 'above') return { ...seen, isOver: last.value > threshold };
  if (is === 'below') return { ...seen, isOver: last.value < threshold };
  if (before === null || before === 0) return undefined;
  const percent = ((last.value - before) / Math.abs(before)) * 100;
  return { ...seen, isOver: hasChanged(is, percent, threshold) };
}

function hasChanged(is: 'rises-by' | 'falls-by' | 'changes-by', percent: number, threshold: number): boolean {
  switch (is) {
    case 'rises-by':
      return percent >= threshold;
    case 'falls-by':
      return -percent >= threshold;
    case 'changes-by':
      return Math.abs(percent) >= threshold;
  }
}
