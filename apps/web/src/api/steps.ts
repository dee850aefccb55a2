import type { StepType } from '@pelton/contract';
import { useQuery } from '@tanstack/vue-query';
import { api } from './client';

/** What the palette offers. */
export const useStepTypes = () =>
  useQuery({
    queryKey: ['steps'],
    queryFn: ({ signal }) => api.get<StepType[]>('/api/steps', { signal }),
    staleTime: 300_000,
  });
