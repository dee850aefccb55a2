import type { Reject, RejectCount, RejectFilter, ReplayAnswer, ReplayInput } from '@pelton/contract';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { api } from './client';
import { refresh } from './query';

export type RejectPage = Partial<RejectFilter> & { limit: number; offset: number };

/** Newest first. */
export const useRejects = (page: MaybeRefOrGetter<RejectPage>) =>
  useQuery({
    queryKey: ['rejects', 'list', computed(() => ({ ...toValue(page) }))],
    queryFn: ({ signal }) => api.get<Reject[]>('/api/rejects', { query: { ...toValue(page) }, signal }),
    placeholderData: keepPreviousData,
  });

/** How many wait to be mended, by code and source. */
export const useRejectCounts = () =>
  useQuery({
    queryKey: ['rejects', 'counts'],
    queryFn: ({ signal }) => api.get<RejectCount[]>('/api/rejects/counts', { signal }),
    staleTime: 30_000,
  });

/** Sends rejects through the checks of today again. */
export const useReplay = () =>
  useMutation({
    mutationFn: (input: ReplayInput) => api.post<ReplayAnswer>('/api/rejects/replay', input),
    onSuccess: () => refresh('rejects', 'events'),
  });
