import type { Grain, Metric, MetricPoint } from '@pelton/contract';
import { computed, ref, watch } from 'vue';
import { useMetricValues } from '@/api/metrics';
import { markStopped, RANGES, spanBefore } from './series-shape';
import { useDataEnd } from '@/api/data-end';

/** What a metric page shows: grain, how many periods, and whether the ones before are drawn too. */
export function useMetricSeries(metric: () => Metric) {
  const grain = ref<Grain>('month');
  const count = ref<number>();
  const isCompared = ref(false);
  watch(grain, () => (count.value = undefined));
  const name = () => metric().name;

  const usual = useMetricValues(name, () => ({ grain: grain.value }));
  const query = useMetricValues(name, () => {
    const end = usual.data.value?.grain === grain.value ? usual.data.value.to : undefined;
    return count.value && end
      ? { grain: grain.value, ...spanBefore(end, grain.value, count.value) }
      : { grain: grain.value };
  });
  const values = computed(() => (query.data.value?.kind === 'series' ? query.data.value : undefined));
  const dataEnd = useDataEnd();
  const points = computed<readonly MetricPoint[]>(() =>
    values.value
      ? markStopped(values.value.points, { end: values.value.to, dataEnd: dataEnd.value, grain: values.value.grain })
      : [],
  );

  const earlier = useMetricValues(
    () => (isCompared.value && values.value ? name() : ''),
    () => ({
      grain: grain.value,
      ...(values.value && spanBefore(values.value.from, values.value.grain, points.value.length)),
    }),
  );
  const before = computed<readonly MetricPoint[]>(() =>
    isCompared.value && earlier.data.value?.kind === 'series'
      ? earlier.data.value.points.slice(-points.value.length)
      : [],
  );

  return {
    grain,
    isCompared,
    /** How many periods are shown; setting it asks for others. */
    count: computed({ get: () => count.value ?? points.value.length, set: (next) => (count.value = next) }),
    ranges: computed(() =>
      [...new Set([...RANGES[grain.value], points.value.length])].filter(Boolean).sort((a, b) => a - b),
    ),
    query,
    values,
    points,
    before,
    /** Up to when the shown numbers look: the end of the last period, or of the data. */
    reach: computed(() => {
      const end = values.value && new Date(Date.parse(values.value.to) - 1).toISOString();
      return end && dataEnd.value && dataEnd.value < end ? dataEnd.value : end;
    }),
    isFetching: computed(() => query.isFetching.value || earlier.isFetching.value),
  };
}
