import type {
  Reject,
  RejectCount,
  RejectFilter,
  RejectTotal,
  ReplayAnswer,
  ReplayInput,
  ReplayMatchingInput,
} from '@pelton/contract';
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

/** How many there are that a filter lets through. */
export const useRejectTotal = (filter: MaybeRefOrGetter<Partial<RejectFilter>>) =>
  useQuery({
    queryKey: ['rejects', 'total', computed(() => ({ ...toValue(filter) }))],
    queryFn: ({ signal }) => api.get<RejectTotal>('/api/rejects/total', { query: { ...toValue(filter) }, signal }),
    placeholderData: keepPreviousData,
  });

/** How many wait to be mended, by code, source and key. */
export const useRejectCounts = () =>
  useQuery({
    queryKey: ['rejects', 'counts'],
    queryFn: ({ signal }) => api.get<RejectCount[]>('/api/rejects/counts', { signal }),
    staleTime: 30_000,
  });

/** Which rejects are sent again: those that are named, or all that a filter lets through. */
export type ReplayChoice = { ids: string[] } | { filter: ReplayMatchingInput['filter'] };

/** Sends rejects through the checks of today again. */
export const useReplay = () =>
  useMutation({
    mutationFn: ({ choice, set }: { choice: ReplayChoice; set: ReplayInput['set'] }) =>
      api.post<ReplayAnswer>('ids' in choice ? '/api/rejects/replay' : '/api/rejects/replay-matching', {
        ...choice,
        set,
      }),
    onSuccess: () => refresh('rejects', 'events'),
  });

/** Sends one again as it was mended. */
export const useMendReject = () =>
  useMutation({
    mutationFn: ({ id, body }: { id: string; body: Record<string, unknown> }) =>
      api.post<ReplayAnswer>(`/api/rejects/${encodeURIComponent(id)}/mend`, { body }),
    onSuccess: () => refresh('rejects', 'events'),
  });
