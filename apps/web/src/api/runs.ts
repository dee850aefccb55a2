import { isRunOver, type Run, type RunInput, type RunSummary, type Sample } from '@pelton/contract';
import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { api } from './client';
import { queryClient } from './query';

export interface RunFilter {
  pipeline?: string;
  limit?: number;
  offset?: number;
}

/** Newest first; looks again while one of them is running. */
export const useRuns = (filter: MaybeRefOrGetter<RunFilter> = {}) =>
  useQuery({
    queryKey: ['runs', computed(() => ({ ...toValue(filter) }))],
    queryFn: ({ signal }) => api.get<RunSummary[]>('/api/runs', { query: { ...toValue(filter) }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.every(isRunOver) === false ? 1_000 : false),
  });

export const useRun = (id: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['run', computed(() => toValue(id))],
    queryFn: ({ signal }) => api.get<Run>(path(toValue(id)), { signal }),
    enabled: () => toValue(id) !== '',
    staleTime: 60_000,
  });

/** The first rows that a step of a run gave, by port. */
export const useSamples = (id: MaybeRefOrGetter<string>, step: MaybeRefOrGetter<string>, enabled: () => boolean) =>
  useQuery({
    queryKey: ['run', computed(() => toValue(id)), 'samples', computed(() => toValue(step))],
    queryFn: ({ signal }) =>
      api.get<Sample[]>(`${path(toValue(id))}/steps/${encodeURIComponent(toValue(step))}/samples`, { signal }),
    enabled,
    staleTime: Infinity,
  });

export const startRun = async (pipeline: string, input: Partial<RunInput>) =>
  keepRun(await api.post<Run>(`/api/pipelines/${encodeURIComponent(pipeline)}/runs`, input));

export const cancelRun = async (id: string) => keepRun(await api.post<Run>(`${path(id)}/cancel`));

/** Ends what runs and starts nothing more, until it is resumed. */
export const pauseRun = async (id: string) => keepRun(await api.post<Run>(`${path(id)}/pause`));

export const resumeRun = async (id: string) => keepRun(await api.post<Run>(`${path(id)}/resume`));

/** Goes on from the failed steps. */
export const retryRun = async (id: string) => keepRun(await api.post<Run>(`${path(id)}/retry`));

/** Has the rows counted and sampled that the run left uncounted. */
export async function countRun(id: string): Promise<void> {
  keepRun(await api.post<Run>(`${path(id)}/counts`));
  await queryClient.invalidateQueries({ queryKey: ['run', id, 'samples'] });
}

/** Puts a run where pages look for it, unless they know a newer state of it. */
export function keepRun(run: Run): Run {
  const known = queryClient.getQueryData<Run>(['run', run.id]);
  if (!known || known.revision <= run.revision) queryClient.setQueryData(['run', run.id], run);
  void queryClient.invalidateQueries({ queryKey: ['runs'] });
  return run;
}

const path = (id: string) => `/api/runs/${encodeURIComponent(id)}`;
