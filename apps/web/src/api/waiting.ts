import type { Waiting, WaitingPage, WaitingRemoved } from '@pelton/contract';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { api } from './client';
import { queryClient, refresh } from './query';

const LOOK_AGAIN_MS = 10_000;

export interface WaitingFilter {
  /** A step's id; every step when absent. */
  step?: string | undefined;
  search: string;
  limit: number;
  offset: number;
}

/** How many users wait at each step of a pipeline. */
export const useWaiting = (pipeline: MaybeRefOrGetter<string>, isWanted: () => boolean = () => true) =>
  useQuery({
    queryKey: ['waiting', computed(() => toValue(pipeline))],
    queryFn: ({ signal }) => api.get<Waiting>(path(toValue(pipeline)), { signal }),
    enabled: isWanted,
    refetchInterval: LOOK_AGAIN_MS,
  });

/** Those who go on first come first. */
export const useWaitingUsers = (pipeline: MaybeRefOrGetter<string>, filter: MaybeRefOrGetter<WaitingFilter>) =>
  useQuery({
    queryKey: ['waiting', computed(() => toValue(pipeline)), 'users', computed(() => ({ ...toValue(filter) }))],
    queryFn: ({ signal }) =>
      api.get<WaitingPage>(`${path(toValue(pipeline))}/users`, { query: { ...toValue(filter) }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_AGAIN_MS,
  });

/** Holds everybody who waits in a pipeline, or lets them go on. */
export const useHoldWaiting = (pipeline: () => string) =>
  useMutation({
    mutationFn: (isHeld: boolean) => api.put<Waiting>(`${path(pipeline())}/hold`, { isHeld }),
    onSuccess: (waiting) => queryClient.setQueryData(['waiting', pipeline()], waiting),
  });

/** Takes users out, who then do not go on: all of a pipeline or of a step, or one of them. */
export const useRemoveWaiting = (pipeline: () => string) =>
  useMutation({
    mutationFn: (of: { step?: string | undefined; user?: string | undefined }) =>
      api.remove<WaitingRemoved>(path(pipeline()), { ...of }),
    onSuccess: () => refresh('waiting'),
  });

const path = (pipeline: string) => `/api/pipelines/${encodeURIComponent(pipeline)}/waiting`;
