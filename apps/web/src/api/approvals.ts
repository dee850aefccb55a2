import type { Approval, DecisionInput } from '@pelton/contract';
import { useMutation, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { api } from './client';
import { refresh } from './query';

const LOOK_AGAIN_MS = 30_000;

/** What members are asked, newest first: all of it, or what waits for a decision. */
export const useApprovals = (isOpen: MaybeRefOrGetter<boolean>) =>
  useQuery({
    queryKey: ['approvals', computed(() => ({ open: toValue(isOpen) }))],
    queryFn: ({ signal }) => api.get<Approval[]>('/api/approvals', { query: { open: toValue(isOpen) }, signal }),
    refetchInterval: LOOK_AGAIN_MS,
  });

export const useDecideApproval = () =>
  useMutation({
    mutationFn: ({ id, ...decision }: DecisionInput & { id: string }) =>
      api.post<void>(`/api/approvals/${encodeURIComponent(id)}/decision`, decision),
    // Somebody else may have decided meanwhile, so what is shown is old either way.
    onSettled: () => refresh('approvals', 'waiting'),
  });
