import type { Metric, MetricPoint } from '@pelton/contract';
import { useValueFormat } from '@/charts/use-value-format';
import { t } from '@/i18n';
import { useFormat } from '@/ui/use-format';

/** What stands behind a point: of how many people or events, and whether more will come. */
export function usePointNote(metric: () => Metric) {
  const format = useFormat();
  const values = useValueFormat();
  return (point: MetricPoint | undefined): string => {
    if (!point) return '';
    const { type, unit } = metric().shape;
    const facts = {
      numerator: type === 'mean' ? values.value(point.numerator, unit) : format.number(point.numerator ?? 0, 0),
      denominator: format.number(point.denominator ?? 0, 0),
      users: format.number(point.users, 0),
    };
    const key = type === 'proportion' || type === 'mean' ? type : 'other';
    const note = t(`metrics.notes.${key}`, facts, point.users);
    return point.complete ? note : `${note}, ${t('charts.notOver')}`;
  };
}
