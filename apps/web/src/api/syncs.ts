import type { CronTimes, ScheduleTimes, Sync, SyncInput, SyncRun, SyncRunDetail } from '@pelton/contract';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { api } from './client';
import { refresh } from './query';

const WHILE_RUNNING_MS = 1_000;
export const isOver = ({ state }: Pick<SyncRun, 'state'>) => state !== 'waiting' && state !== 'running';
const isAtWork = ({ lastRun }: Sync) => lastRun !== null && !isOver(lastRun);

/** All syncs, or those of a connection; looks again while one of them runs. */
export const useSyncs = (connection: MaybeRefOrGetter<string> = '') =>
  useQuery({
    queryKey: ['syncs', 'list', computed(() => toValue(connection))],
    queryFn: ({ signal }) => api.get<Sync[]>('/api/syncs', { query: { connection: toValue(connection) }, signal }),
    refetchInterval: ({ state }) => (state.data?.some(isAtWork) ? WHILE_RUNNING_MS : false),
  });

export const useSync = (name: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['syncs', 'one', computed(() => toValue(name))],
    queryFn: ({ signal }) => api.get<Sync>(path(toValue(name)), { signal }),
    refetchInterval: ({ state }) => (state.data && isAtWork(state.data) ? WHILE_RUNNING_MS : false),
  });

/** What a sync did, the latest first. */
export const useSyncRuns = (name: MaybeRefOrGetter<string>, limit: MaybeRefOrGetter<number>) =>
  useQuery({
    queryKey: ['syncs', 'runs', computed(() => toValue(name)), computed(() => toValue(limit))],
    queryFn: ({ signal }) =>
      api.get<SyncRun[]>(`${path(toValue(name))}/runs`, { query: { limit: toValue(limit) }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.every(isOver) ? false : WHILE_RUNNING_MS),
  });

/** A run with its log. */
export const useSyncRun = (id: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['syncs', 'run', computed(() => toValue(id))],
    queryFn: ({ signal }) => api.get<SyncRunDetail>(`/api/sync-runs/${encodeURIComponent(toValue(id))}`, { signal }),
    enabled: () => toValue(id) !== '',
    refetchInterval: ({ state }) => (state.data && !isOver(state.data) ? WHILE_RUNNING_MS : false),
  });

/** The next times of a schedule, as the server reads it. */
export const useScheduleTimes = (times: MaybeRefOrGetter<CronTimes | null>) =>
  useQuery({
    queryKey: ['schedule-times', computed(() => cronOf(toValue(times)))],
    queryFn: () => api.post<ScheduleTimes>('/api/schedules/times', cronOf(toValue(times))),
    enabled: () => toValue(times) !== null,
  });

export const useCreateSync = () =>
  useMutation({
    mutationFn: (input: SyncInput) => api.post<Sync>('/api/syncs', input),
    onSuccess: () => refresh('syncs'),
  });

export const useUpdateSync = () =>
  useMutation({
    mutationFn: (input: SyncInput) => api.put<Sync>(path(input.name), input),
    onSuccess: () => refresh('syncs'),
  });

export const useRemoveSync = () =>
  useMutation({ mutationFn: (name: string) => api.remove(path(name)), onSuccess: () => refresh('syncs') });

/** Runs a sync now; `reset` loads everything anew. */
export const useRunSync = () =>
  useMutation({
    mutationFn: ({ name, reset = false }: { name: string; reset?: boolean }) =>
      api.post<SyncRun>(`${path(name)}/runs`, { reset }),
    onSuccess: () => refresh('syncs'),
  });

export const useCancelSyncRun = () =>
  useMutation({
    mutationFn: (id: string) => api.post<SyncRunDetail>(`/api/sync-runs/${encodeURIComponent(id)}/cancel`),
    onSuccess: () => refresh('syncs'),
  });

/** Lets the next run change the dataset's columns to the stream's. */
export const useAcceptColumns = () =>
  useMutation({
    mutationFn: (name: string) => api.post<Sync>(`${path(name)}/accept-columns`),
    onSuccess: () => refresh('syncs'),
  });

const cronOf = (times: CronTimes | null) => ({ cron: times?.cron, timezone: times?.timezone });
const path = (name: string) => `/api/syncs/${encodeURIComponent(name)}`;
