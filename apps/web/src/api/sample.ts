import type { SampleState } from '@pelton/contract';
import { useMutation, useQuery } from '@tanstack/vue-query';
import { api } from './client';
import { queryClient } from './query';

const queryKey = ['sample'];

/** How far the sample project is; looks again while it is being made. */
export const useSampleState = () =>
  useQuery({
    queryKey,
    queryFn: ({ signal }) => api.get<SampleState>('/api/sample', { signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'making' ? 400 : false),
  });

/** Makes the sample project unless it is there already. */
export const useOpenSample = () =>
  useMutation({
    mutationFn: () => api.post<SampleState>('/api/sample'),
    onSuccess: (state) => queryClient.setQueryData(queryKey, state),
  });
