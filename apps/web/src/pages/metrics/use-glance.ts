import type { Metric, MetricPoint, MetricValues } from '@pelton/contract';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { useMetricValues } from '@/api/metrics';
import { retentionCurve } from '@/charts/retention-heat';
import { changeOf, glanceAt, markStopped, markStoppedCohorts, toneOf } from './series-shape';
import { useDataEnd } from '@/api/data-end';

export interface MetricGlance {
  value: number | null;
  unit: string;
  change: number | null;
  isShare: boolean;
  tone: 'ok' | 'warn' | 't3';
  /** For the small line, without the period that still runs. */
  line: (number | null)[];
  /** Beginning of the period that the value is of; empty for a retention, which is told by its first period. */
  period: string;
  users: number;
}

/** A metric in one line: the last whole week, how far it moved, and the weeks before. A retention is told by months. */
export function useGlance(metric: MaybeRefOrGetter<Metric>) {
  const query = useMetricValues(
    () => toValue(metric).name,
    () => ({ grain: toValue(metric).shape.type === 'retention' ? ('month' as const) : ('week' as const) }),
  );
  const dataEnd = useDataEnd();
  const glance = computed(() => query.data.value && toGlance(query.data.value, toValue(metric), dataEnd.value));
  const points = computed(() => (query.data.value?.kind === 'series' ? seriesOf(query.data.value, dataEnd.value) : []));
  return { glance, points, error: query.error, isPending: query.isPending };
}

function toGlance(values: MetricValues, { shape }: Metric, dataEnd: string | undefined): MetricGlance {
  if (values.kind === 'retention') {
    const curve = retentionCurve(markStoppedCohorts(values.cohorts, { end: values.to, dataEnd, grain: values.grain }));
    const line = curve.map((point) => point.share);
    const first = curve[0];
    return {
      value: first?.share ?? null,
      unit: '%',
      change: null,
      isShare: true,
      tone: 't3',
      line,
      period: '',
      users: first?.of ?? 0,
    };
  }
  const isShare = shape.type === 'proportion';
  const points = seriesOf(values, dataEnd);
  const now = glanceAt(points);
  const change = now ? changeOf(now.value, now.before, isShare) : null;
  return {
    value: now?.value ?? null,
    unit: values.unit,
    change,
    isShare,
    tone: toneOf(change, shape.inverse),
    line: points.filter((point) => point.complete).map((point) => point.value),
    period: now?.period ?? '',
    users: now?.users ?? 0,
  };
}

function seriesOf(values: Extract<MetricValues, { kind: 'series' }>, dataEnd: string | undefined): MetricPoint[] {
  return markStopped(values.points, { end: values.to, dataEnd, grain: values.grain });
}
