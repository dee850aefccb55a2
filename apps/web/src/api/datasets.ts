import type { Dataset, DatasetPreview } from '@pelton/contract';
import { useMutation, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { api } from './client';
import { refresh } from './query';

export const useDatasets = () =>
  useQuery({ queryKey: ['datasets'], queryFn: ({ signal }) => api.get<Dataset[]>('/api/datasets', { signal }) });

export const useDataset = (name: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['datasets', computed(() => toValue(name))],
    queryFn: ({ signal }) => api.get<Dataset>(path(toValue(name)), { signal }),
    enabled: () => toValue(name) !== '',
  });

/** The first rows of a dataset. */
export const useDatasetPreview = (name: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['datasets', computed(() => toValue(name)), 'preview'],
    queryFn: ({ signal }) => api.get<DatasetPreview>(`${path(toValue(name))}/preview`, { signal }),
    staleTime: 30_000,
  });

export const useRemoveDataset = () =>
  useMutation({ mutationFn: (name: string) => api.remove(path(name)), onSuccess: () => refresh('datasets') });

const path = (name: string) => `/api/datasets/${encodeURIComponent(name)}`;
