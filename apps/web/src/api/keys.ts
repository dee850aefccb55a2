import type { Key, KeyChange, KeyInput } from '@pelton/contract';
import { useMutation, useQuery } from '@tanstack/vue-query';
import { api } from './client';
import { refresh } from './query';

export const useKeys = () =>
  useQuery({ queryKey: ['keys'], queryFn: ({ signal }) => api.get<Key[]>('/api/keys', { signal }) });

/** Answers with the secret, shown once. */
export const useCreateKey = () =>
  useMutation({
    mutationFn: (input: KeyInput) => api.post<{ key: Key; secret: string }>('/api/keys', input),
    onSuccess: () => refresh('keys'),
  });

export const useChangeKey = () =>
  useMutation({
    mutationFn: ({ id, change }: { id: string; change: KeyChange }) =>
      api.put<Key>(`/api/keys/${encodeURIComponent(id)}`, change),
    onSuccess: () => refresh('keys', 'rejects'),
  });

export const useRemoveKey = () =>
  useMutation({
    mutationFn: (id: string) => api.remove(`/api/keys/${encodeURIComponent(id)}`),
    onSuccess: () => refresh('keys'),
  });
