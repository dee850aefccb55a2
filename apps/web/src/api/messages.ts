import type { Message, MessageInput, Delivery, DeliveryCounts, MessagePreview } from '@pelton/contract';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { api } from './client';
import type { PageFilter } from './page';
import { refresh } from './query';

export type MessageWithCounts = Message & { counts: DeliveryCounts };
export type MessagePreviewInput = Pick<MessageInput, 'connection' | 'content'> & { userId?: string };

export const useMessages = () =>
  useQuery({
    queryKey: ['messages'],
    queryFn: ({ signal }) => api.get<MessageWithCounts[]>('/api/messages', { signal }),
  });

export const useMessage = (name: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['messages', computed(() => toValue(name))],
    queryFn: ({ signal }) => api.get<Message>(path(toValue(name)), { signal }),
    enabled: () => toValue(name) !== '',
  });

export const useCreateMessage = () =>
  useMutation({
    mutationFn: (input: MessageInput) => api.post<Message>('/api/messages', input),
    onSuccess: () => refresh('messages', 'overview'),
  });

export const useUpdateMessage = (name: MaybeRefOrGetter<string>) =>
  useMutation({
    mutationFn: (input: MessageInput) => api.put<Message>(path(toValue(name)), input),
    onSuccess: () => refresh('messages'),
  });

export const useRemoveMessage = () =>
  useMutation({
    mutationFn: (name: string) => api.remove(path(name)),
    onSuccess: () => refresh('messages', 'overview'),
  });

export const useMessageCounts = (name: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['messages', computed(() => toValue(name)), 'counts'],
    queryFn: ({ signal }) => api.get<DeliveryCounts>(`${path(toValue(name))}/counts`, { signal }),
    enabled: () => toValue(name) !== '',
  });

export const useDeliveries = (name: MaybeRefOrGetter<string>, page: MaybeRefOrGetter<PageFilter>) =>
  useQuery({
    queryKey: ['messages', computed(() => toValue(name)), 'deliveries', computed(() => ({ ...toValue(page) }))],
    queryFn: ({ signal }) =>
      api.get<Delivery[]>(`${path(toValue(name))}/deliveries`, { query: { ...toValue(page) }, signal }),
    placeholderData: keepPreviousData,
    enabled: () => toValue(name) !== '',
  });

/** What a message looks like for one user, or with made-up traits. */
export const useMessagePreview = (input: MaybeRefOrGetter<MessagePreviewInput | undefined>) =>
  useQuery({
    queryKey: ['messages', 'preview', computed(() => toValue(input))],
    queryFn: () => api.post<MessagePreview>('/api/messages/preview', toValue(input)),
    placeholderData: keepPreviousData,
    enabled: () => toValue(input) !== undefined,
  });

const path = (name: string) => `/api/messages/${encodeURIComponent(name)}`;
