import type { Backfill, BackfillInput, HookAddress, TriggerStatus } from '@pelton/contract';
import { useMutation, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { api } from './client';
import { queryClient, refresh } from './query';

/** The secret address of a pipeline's webhook. */
export const useHook = (pipeline: MaybeRefOrGetter<string>, enabled: () => boolean) =>
  useQuery({
    queryKey: ['hook', computed(() => toValue(pipeline))],
    queryFn: ({ signal }) => api.get<HookAddress>(`${path(toValue(pipeline))}/hook`, { signal }),
    enabled,
  });

/** Makes a new address; the one before is not known any more. */
export const useRenewHook = () =>
  useMutation({
    mutationFn: (pipeline: string) => api.post<HookAddress>(`${path(pipeline)}/hook`),
    onSuccess: (address, pipeline) => queryClient.setQueryData(['hook', pipeline], address),
  });

/** Rests a trigger, or lets it go on. */
export const useSwitchTrigger = () =>
  useMutation({
    mutationFn: ({ pipeline, isPaused }: { pipeline: string; isPaused: boolean }) =>
      api.put<TriggerStatus>(`${path(pipeline)}/trigger`, { isPaused }),
    onSuccess: () => refresh('pipelines'),
  });

const WHILE_RUNNING_MS = 1_000;

/** Back-fills of a pipeline, the latest first; looks again while one of them runs. */
export const useBackfills = (pipeline: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['backfills', computed(() => toValue(pipeline))],
    queryFn: ({ signal }) => api.get<Backfill[]>(`${path(toValue(pipeline))}/backfills`, { signal }),
    refetchInterval: ({ state }) =>
      state.data?.some((backfill) => backfill.state === 'running') ? WHILE_RUNNING_MS : false,
  });

export const useStartBackfill = () =>
  useMutation({
    mutationFn: ({ pipeline, input }: { pipeline: string; input: BackfillInput }) =>
      api.post<Backfill>(`${path(pipeline)}/backfill`, input),
    onSuccess: () => refresh('backfills'),
  });

export const useCancelBackfill = () =>
  useMutation({
    mutationFn: (id: string) => api.post<Backfill>(`/api/backfills/${encodeURIComponent(id)}/cancel`),
    onSuccess: () => refresh('backfills'),
  });

const path = (pipeline: string) => `/api/pipelines/${encodeURIComponent(pipeline)}`;
