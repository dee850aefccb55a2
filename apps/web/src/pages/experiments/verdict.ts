import type { ArmResult, ExperimentResults } from '@pelton/contract';

export type MetricResult = ExperimentResults['metrics'][number];

interface Judged {
  metric: MetricResult;
  arm: ArmResult;
  control: ArmResult;
}

/** What an experiment says, as data; the words are the page's. */
export type Verdict =
  | { kind: 'nobody' }
  | { kind: 'no-goal' }
  | { kind: 'unbalanced' }
  | { kind: 'maturing'; metric: MetricResult }
  | ({ kind: 'better' | 'worse' | 'not-clear' | 'too-few' } & Judged);

/**
 * The verdict on the first goal. Arms of the wrong sizes spoil every number, so they come first.
 * Of several arms the best one that is better wins; `worse` is said only when no arm may still be better.
 */
export function verdictOf(results: ExperimentResults): Verdict {
  if (results.arms.every((arm) => arm.users === 0)) return { kind: 'nobody' };
  if (!results.ratio.passes) return { kind: 'unbalanced' };
  const metric = results.metrics.find((item) => item.role === 'goal');
  const control = metric?.analysis.arms[0];
  if (!metric || !control) return { kind: 'no-goal' };
  if (Object.values(metric.matured).every((users) => users === 0)) return { kind: 'maturing', metric };
  const treatments = metric.analysis.arms.slice(1);
  for (const kind of ['better', 'not-clear', 'worse', 'too-few'] as const) {
    const arm = bestOf(
      treatments.filter((item) => item.reading === kind),
      metric.inverse,
    );
    if (arm) return { kind, metric, arm, control };
  }
  return { kind: 'no-goal' };
}

/** The arm with the best difference, by the metric's own direction. */
function bestOf(arms: readonly ArmResult[], isInverse: boolean): ArmResult | undefined {
  const worth = (arm: ArmResult) => (isInverse ? -1 : 1) * (arm.effect ?? 0);
  return arms.toSorted((a, b) => worth(b) - worth(a))[0];
}

/** What the other metrics say about one arm: their titles by reading. */
export function otherReadings(
  { metrics }: ExperimentResults,
  verdict: { metric: MetricResult; arm: ArmResult },
): { reading: 'better' | 'worse' | 'not-clear' | 'too-few'; titles: string[] }[] {
  const others = metrics.filter((item) => item !== verdict.metric);
  return (['worse', 'better', 'not-clear', 'too-few'] as const)
    .map((reading) => ({
      reading,
      titles: others
        .filter(({ analysis }) =>
          analysis.arms.some((arm) => arm.variation === verdict.arm.variation && arm.reading === reading),
        )
        .map((item) => item.title),
    }))
    .filter(({ titles }) => titles.length > 0);
}
