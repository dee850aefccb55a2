import type { IdentityPair, PropertyName, UserPortrait, UserSummary } from '@pelton/contract';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { api } from './client';
import type { PageFilter } from './page';
import { refresh } from './query';

export const useUsers = (page: MaybeRefOrGetter<PageFilter>) =>
  useQuery({
    queryKey: ['users', computed(() => ({ ...toValue(page) }))],
    queryFn: ({ signal }) =>
      api.get<{ total: number; users: UserSummary[] }>('/api/users', { query: { ...toValue(page) }, signal }),
    placeholderData: keepPreviousData,
  });

/** The traits seen on users. */
export const useTraits = () =>
  useQuery({
    queryKey: ['users', 'traits'],
    queryFn: ({ signal }) => api.get<PropertyName[]>('/api/users/traits', { signal }),
    staleTime: 30_000,
  });

export const useUserPortrait = (id: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['users', 'portrait', computed(() => toValue(id))],
    queryFn: ({ signal }) =>
      api.get<UserPortrait>(`/api/users/portrait/${encodeURIComponent(toValue(id))}`, { signal }),
  });

/** Joins an identifier with a user, or parts the two; what is derived of either follows. */
export const useChangeIdentity = () =>
  useMutation({
    mutationFn: ({ act, ...pair }: IdentityPair & { act: 'join' | 'split' }) =>
      api.post(`/api/users/identities/${act}`, pair),
    onSuccess: () => refresh('users'),
  });
