import type { Metric, MetricInput, MetricQuery, MetricValues } from '@pelton/contract';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { api } from './client';
import { refresh } from './query';

export const useMetrics = () =>
  useQuery({ queryKey: ['metrics'], queryFn: ({ signal }) => api.get<Metric[]>('/api/metrics', { signal }) });

export const useMetric = (name: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['metrics', computed(() => toValue(name))],
    queryFn: ({ signal }) => api.get<Metric>(path(toValue(name)), { signal }),
    enabled: () => toValue(name) !== '',
  });

export const useCreateMetric = () =>
  useMutation({
    mutationFn: (input: MetricInput) => api.post<Metric>('/api/metrics', input),
    onSuccess: () => refresh('metrics', 'overview'),
  });

export const useUpdateMetric = (name: MaybeRefOrGetter<string>) =>
  useMutation({
    mutationFn: (input: MetricInput) => api.put<Metric>(path(toValue(name)), input),
    onSuccess: () => refresh('metrics'),
  });

export const useRemoveMetric = () =>
  useMutation({
    mutationFn: (name: string) => api.remove(path(name)),
    onSuccess: () => refresh('metrics', 'overview'),
  });

/** The values of a metric for a page; the old ones stay while new ones are computed. */
export const useMetricValues = (name: MaybeRefOrGetter<string>, query: MaybeRefOrGetter<Partial<MetricQuery>>) =>
  useQuery({
    queryKey: ['metrics', computed(() => toValue(name)), 'values', computed(() => ({ ...toValue(query) }))],
    queryFn: ({ signal }) =>
      api.get<MetricValues>(`${path(toValue(name))}/values`, { query: { ...toValue(query) }, signal }),
    placeholderData: keepPreviousData,
    enabled: () => toValue(name) !== '',
  });

const path = (name: string) => `/api/metrics/${encodeURIComponent(name)}`;
