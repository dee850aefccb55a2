import type { Lineage, LineageQuery } from '@pelton/contract';
import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { api } from './client';

/** What one thing, or one of its columns, comes from and goes into. */
export const loadLineage = (query: LineageQuery) => api.get<Lineage>('/api/lineage/of', { query });

export const useLineage = (query: MaybeRefOrGetter<LineageQuery>) =>
  useQuery({
    queryKey: ['lineage', computed(() => ({ ...toValue(query) }))],
    queryFn: () => loadLineage(toValue(query)),
    placeholderData: keepPreviousData,
  });
