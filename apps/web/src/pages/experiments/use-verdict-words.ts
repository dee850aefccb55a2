import type { ExperimentResults } from '@pelton/contract';
import { computed } from 'vue';
import { locale, t } from '@/i18n';
import { effectText, intervalText, meanText } from './effect-text';
import { otherReadings, verdictOf } from './verdict';

/** The verdict in a sentence, with its interval and what the other metrics say in another. */
export function useVerdictWords(results: () => ExperimentResults) {
  const verdict = computed(() => verdictOf(results()));
  const titleOf = (variation: string) => results().arms.find((arm) => arm.variation === variation)?.title ?? variation;

  const sentence = computed(() => {
    const found = verdict.value;
    if (found.kind === 'maturing') return t('experiments.say.maturing', { days: found.metric.windowDays });
    if (!('arm' in found)) return t(`experiments.say.${found.kind}`);
    const { metric, arm, control } = found;
    return t(`experiments.say.${found.kind}`, {
      arm: titleOf(arm.variation),
      control: titleOf(control.variation),
      metric: metric.title,
      days: metric.windowDays,
      value: meanText(arm.mean, metric, locale.value),
      controlValue: meanText(control.mean, metric, locale.value),
    });
  });

  const rest = computed(() => {
    const found = verdict.value;
    if (!('arm' in found)) return '';
    const { metric, arm } = found;
    const interval =
      arm.interval &&
      t('experiments.interval', {
        effect: effectText(arm.effect, metric, locale.value),
        level: Math.round((1 - metric.analysis.alpha) * 100),
        interval: intervalText(arm.interval, metric, locale.value, (low, high) =>
          t('experiments.range', { low, high }),
        ),
      });
    const others = otherReadings(results(), found).map(({ reading, titles }) =>
      t(`experiments.others.${reading}`, { titles: titles.join(', ') }),
    );
    return [interval, ...others].filter(Boolean).join(' ');
  });

  return { verdict, sentence, rest, titleOf };
}
