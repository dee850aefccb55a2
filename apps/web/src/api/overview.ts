import type { Overview } from '@pelton/contract';
import { useQuery } from '@tanstack/vue-query';
import { api } from './client';

/** The loop at a glance. */
export const useOverview = () =>
  useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => api.get<Overview>('/api/overview', { signal }),
    staleTime: 30_000,
  });
