import type { HookAddress, TriggerStatus } from '@pelton/contract';
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

const path = (pipeline: string) => `/api/pipelines/${encodeURIComponent(pipeline)}`;
