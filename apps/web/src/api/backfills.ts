import type { Backfill, BackfillInput, BackfillSummary } from '@pelton/contract';
import { useMutation, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { api } from './client';
import { refresh } from './query';

/** The newest first; looks again while one of them is running. */
export const useBackfills = (pipeline: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['backfills', computed(() => toValue(pipeline))],
    queryFn: ({ signal }) => api.get<BackfillSummary[]>(path(toValue(pipeline)), { signal }),
    enabled: () => toValue(pipeline) !== '',
    refetchInterval: ({ state }) => (state.data?.some((backfill) => backfill.state === 'running') ? 1_000 : false),
  });

export const useStartBackfill = () =>
  useMutation({
    mutationFn: ({ pipeline, input }: { pipeline: string; input: BackfillInput }) =>
      api.post<Backfill>(path(pipeline), input),
    onSuccess: () => refresh('backfills'),
  });

/** Starts no more runs, and cancels those that go on. */
export const useCancelBackfill = () =>
  useMutation({
    mutationFn: ({ pipeline, id }: { pipeline: string; id: string }) =>
      api.post<Backfill>(`${path(pipeline)}/${encodeURIComponent(id)}/cancel`),
    onSuccess: () => refresh('backfills', 'runs'),
  });

const path = (pipeline: string) => `/api/pipelines/${encodeURIComponent(pipeline)}/backfills`;
