import type { ContributionSpec, Plugin, PluginKind, SpecOf } from '@pelton/contract';
import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { api } from './client';

export const usePlugins = () =>
  useQuery({
    queryKey: ['plugins'],
    queryFn: ({ signal }) => api.get<Plugin[]>('/api/plugins', { signal }),
    staleTime: 60_000,
  });

/** What forms are drawn from: everything that plugins contribute. */
export const useContributions = () =>
  useQuery({
    queryKey: ['plugins', 'contributions'],
    queryFn: ({ signal }) => api.get<ContributionSpec[]>('/api/plugins/contributions', { signal }),
    staleTime: 300_000,
  });

/** The contributions of one kind, empty while they are loading. */
export function useContributionsOf<K extends PluginKind>(kind: K) {
  const { data } = useContributions();
  return computed(() => (data.value ?? []).filter((spec): spec is SpecOf<K> => spec.kind === kind));
}
