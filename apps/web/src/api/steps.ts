import type { StepType } from '@pelton/contract';
import { useQuery } from '@tanstack/vue-query';
import { api } from './client';
import { queryClient } from './query';

const types = {
  queryKey: ['steps'],
  queryFn: ({ signal }: { signal: AbortSignal }) => api.get<StepType[]>('/api/steps', { signal }),
  staleTime: 300_000,
};

/** What the palette offers. */
export const useStepTypes = () => useQuery(types);

/** Asks for it before the page is there to show it. */
export const preloadStepTypes = () => queryClient.prefetchQuery(types);
