import type { Experiment, ExperimentInput, ExperimentResults } from '@pelton/contract';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { api } from './client';
import { refresh } from './query';

export const useExperiments = () =>
  useQuery({
    queryKey: ['experiments'],
    queryFn: ({ signal }) => api.get<Experiment[]>('/api/experiments', { signal }),
  });

export const useExperiment = (name: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['experiments', computed(() => toValue(name))],
    queryFn: ({ signal }) => api.get<Experiment>(path(toValue(name)), { signal }),
    enabled: () => toValue(name) !== '',
  });

export const useCreateExperiment = () =>
  useMutation({
    mutationFn: (input: ExperimentInput) => api.post<Experiment>('/api/experiments', input),
    onSuccess: () => refresh('experiments', 'overview'),
  });

export const useUpdateExperiment = (name: MaybeRefOrGetter<string>) =>
  useMutation({
    mutationFn: (input: ExperimentInput) => api.put<Experiment>(path(toValue(name)), input),
    onSuccess: () => refresh('experiments'),
  });

export const useRemoveExperiment = () =>
  useMutation({
    mutationFn: (name: string) => api.remove(path(name)),
    onSuccess: () => refresh('experiments', 'overview'),
  });

export const useExperimentResults = (name: MaybeRefOrGetter<string>, asOf?: MaybeRefOrGetter<string | undefined>) =>
  useQuery({
    queryKey: ['experiments', computed(() => toValue(name)), 'results', computed(() => toValue(asOf))],
    queryFn: ({ signal }) =>
      api.get<ExperimentResults>(`${path(toValue(name))}/results`, { query: { asOf: toValue(asOf) }, signal }),
    placeholderData: keepPreviousData,
    enabled: () => toValue(name) !== '',
  });

export const useDecideExperiment = (name: MaybeRefOrGetter<string>) =>
  useMutation({
    mutationFn: (decision: { variation: string; note: string }) =>
      api.post<Experiment>(`${path(toValue(name))}/decision`, decision),
    onSuccess: () => refresh('experiments', 'overview'),
  });

const path = (name: string) => `/api/experiments/${encodeURIComponent(name)}`;
