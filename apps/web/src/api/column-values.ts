import type { ValueCount } from '@pelton/contract';
import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { api } from './client';

/** A column of an output port of a step of a run. */
export interface ColumnRef {
  run: string;
  step: string;
  port: string;
  column: string;
}

/** The values that stand most often in a column, over all rows that a run gave; nothing while there is no such run. */
export const useColumnValues = (ref: MaybeRefOrGetter<ColumnRef | undefined>, search: MaybeRefOrGetter<string> = '') =>
  useQuery({
    queryKey: ['column-values', computed(() => toValue(ref)), computed(() => toValue(search))],
    queryFn: ({ signal }) => {
      const { run = '', step = '', port, column } = toValue(ref) ?? {};
      const path = `/api/runs/${encodeURIComponent(run)}/steps/${encodeURIComponent(step)}/values`;
      return api.get<ValueCount[]>(path, { query: { port, column, search: toValue(search) }, signal });
    },
    enabled: () => Boolean(toValue(ref)?.column),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    retry: false,
  });
