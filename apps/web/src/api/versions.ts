import type { PipelineVersion, PipelineVersionDetail, StepUpgrade } from '@pelton/contract';
import { useMutation, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { api } from './client';
import { queryClient } from './query';

/** The published versions of a pipeline, newest first. @param live the one that is live now: a new one makes the list old */
export const useVersions = (pipeline: MaybeRefOrGetter<string>, live: MaybeRefOrGetter<number>) =>
  useQuery({
    queryKey: ['versions', computed(() => toValue(pipeline)), computed(() => toValue(live))],
    queryFn: ({ signal }) => api.get<PipelineVersion[]>(`${path(toValue(pipeline))}/versions`, { signal }),
  });

/** A published version never changes. */
export const loadVersion = (pipeline: string, version: number) =>
  queryClient.ensureQueryData({
    queryKey: ['versions', pipeline, 'one', version],
    queryFn: () => api.get<PipelineVersionDetail>(`${path(pipeline)}/versions/${version}`),
    staleTime: Infinity,
  });

/** A version as a file has it; the saved draft without one. */
export const loadYaml = (pipeline: string, version?: number) =>
  api.text(`${path(pipeline)}/yaml`, { query: { version } });

/** Steps of the draft whose plugin is installed in another version than theirs. */
export const useUpgrades = (pipeline: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['upgrades', computed(() => toValue(pipeline))],
    queryFn: ({ signal }) => api.get<StepUpgrade[]>(`${path(toValue(pipeline))}/upgrades`, { signal }),
    staleTime: 60_000,
    enabled: () => toValue(pipeline) !== '',
  });

export const useTakeUpgrade = (pipeline: string) =>
  useMutation({
    mutationFn: (step: string) => api.post<StepUpgrade[]>(`${path(pipeline)}/upgrades/${encodeURIComponent(step)}`),
    onSuccess: (left) => queryClient.setQueryData(['upgrades', pipeline], left),
  });

const path = (name: string) => `/api/pipelines/${encodeURIComponent(name)}`;
