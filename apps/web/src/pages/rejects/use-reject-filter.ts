import type { RejectCode, RejectFilter } from '@pelton/contract';
import { computed, reactive, ref, watch } from 'vue';

const HOUR_MS = 3_600_000;
export const PERIODS = { any: 0, hour: HOUR_MS, day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS } as const;
export type Period = keyof typeof PERIODS;

/** Which rejects are looked at. A period counts from the moment it was chosen, so that what is selected stays the same. */
export function useRejectFilter() {
  const chosen = reactive({
    search: '',
    code: '' as RejectCode | '',
    source: '',
    key: '',
    period: 'any' as Period,
    state: 'open' as RejectFilter['state'],
  });
  const since = ref<string>();
  watch(
    () => chosen.period,
    (period) => (since.value = period === 'any' ? undefined : new Date(Date.now() - PERIODS[period]).toISOString()),
  );
  /** Without the state: what is open is sent again. */
  const filter = computed(() => ({
    ...(chosen.code && { code: chosen.code }),
    ...(since.value && { since: since.value }),
    source: chosen.source,
    key: chosen.key,
    search: chosen.search,
  }));
  const isNarrowed = computed(
    () => Object.values({ ...chosen, state: '', period: '' }).some(Boolean) || isOther(chosen.period, chosen.state),
  );
  function reset(): void {
    Object.assign(chosen, { search: '', code: '', source: '', key: '', period: 'any', state: 'open' });
  }
  return { chosen, filter, isNarrowed, reset };
}

function isOther(period: Period, state: RejectFilter['state']): boolean {
  return period !== 'any' || state !== 'open';
}
