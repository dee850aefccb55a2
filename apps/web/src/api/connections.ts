import type { Connection, ConnectionCheck, ConnectionInput, StreamInfo } from '@pelton/contract';
import { useMutation, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { api } from './client';
import { refresh } from './query';

export const useConnections = () =>
  useQuery({
    queryKey: ['connections'],
    queryFn: ({ signal }) => api.get<Connection[]>('/api/connections', { signal }),
  });

export const useConnection = (name: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['connections', computed(() => toValue(name))],
    queryFn: ({ signal }) => api.get<Connection>(path(toValue(name)), { signal }),
    enabled: () => toValue(name) !== '',
  });

/** The tables that a connection offers; asks the system behind it. */
export const useStreams = (name: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['connections', computed(() => toValue(name)), 'streams'],
    queryFn: ({ signal }) => api.get<StreamInfo[]>(`${path(toValue(name))}/streams`, { signal }),
    enabled: () => toValue(name) !== '',
    staleTime: 30_000,
  });

/** One stream of a connection, asked for again when what it reads was sent anew. */
export const useStream = (
  name: MaybeRefOrGetter<string>,
  stream: MaybeRefOrGetter<{ name: string; uploadedAt: string } | undefined>,
) =>
  useQuery({
    queryKey: ['connections', computed(() => toValue(name)), 'streams', computed(() => toValue(stream))],
    queryFn: ({ signal }) =>
      api.get<StreamInfo>(`${path(toValue(name))}/streams/${encodeURIComponent(toValue(stream)?.name ?? '')}`, {
        signal,
      }),
    enabled: () => toValue(name) !== '' && toValue(stream) !== undefined,
    staleTime: Infinity,
  });

export const useCreateConnection = () =>
  useMutation({
    mutationFn: (input: ConnectionInput) => api.post<Connection>('/api/connections', input),
    onSuccess: () => refresh('connections', 'overview'),
  });

export const useUpdateConnection = (name: MaybeRefOrGetter<string>) =>
  useMutation({
    mutationFn: (input: ConnectionInput) => api.put<Connection>(path(toValue(name)), input),
    onSuccess: () => refresh('connections'),
  });

export const useRemoveConnection = () =>
  useMutation({
    mutationFn: (name: string) => api.remove(path(name)),
    onSuccess: () => refresh('connections', 'overview'),
  });

/** Tries a connection that is saved. */
export const useCheckConnection = () =>
  useMutation({
    mutationFn: (name: string) => api.post<ConnectionCheck>(`${path(name)}/check`),
    onSuccess: () => refresh('connections'),
  });

/** Tries what a form holds, without saving it. */
export const useCheckConnectionInput = () =>
  useMutation({
    mutationFn: (input: Pick<ConnectionInput, 'kind' | 'uses' | 'config' | 'secrets'>) =>
      api.post<ConnectionCheck>('/api/connections/check', input),
  });

const path = (name: string) => `/api/connections/${encodeURIComponent(name)}`;
