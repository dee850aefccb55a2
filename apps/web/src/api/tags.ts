import type { Tag, TagInput, TagMembers, TagPreview } from '@pelton/contract';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { api } from './client';
import type { PageFilter } from './page';
import { refresh } from './query';

export const useTags = () =>
  useQuery({ queryKey: ['tags'], queryFn: ({ signal }) => api.get<Tag[]>('/api/tags', { signal }) });

export const useTag = (name: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['tags', computed(() => toValue(name))],
    queryFn: ({ signal }) => api.get<Tag>(path(toValue(name)), { signal }),
    enabled: () => toValue(name) !== '',
  });

export const useCreateTag = () =>
  useMutation({
    mutationFn: (input: TagInput) => api.post<Tag>('/api/tags', input),
    onSuccess: () => refresh('tags', 'overview'),
  });

export const useUpdateTag = (name: MaybeRefOrGetter<string>) =>
  useMutation({
    mutationFn: (input: TagInput) => api.put<Tag>(path(toValue(name)), input),
    onSuccess: () => refresh('tags'),
  });

export const useRemoveTag = () =>
  useMutation({ mutationFn: (name: string) => api.remove(path(name)), onSuccess: () => refresh('tags', 'overview') });

/** Who has a tag, with the reason. */
export const useTagMembers = (name: MaybeRefOrGetter<string>, page: MaybeRefOrGetter<PageFilter>) =>
  useQuery({
    queryKey: ['tags', computed(() => toValue(name)), 'members', computed(() => ({ ...toValue(page) }))],
    queryFn: ({ signal }) =>
      api.get<TagMembers>(`${path(toValue(name))}/members`, { query: { ...toValue(page) }, signal }),
    placeholderData: keepPreviousData,
    enabled: () => toValue(name) !== '',
  });

/** How many people a rule finds now, without saving it. */
export const useTagPreview = (
  input: MaybeRefOrGetter<(Pick<TagInput, 'template' | 'params'> & { asOf?: string | undefined }) | undefined>,
) =>
  useQuery({
    queryKey: ['tags', 'preview', computed(() => toValue(input))],
    queryFn: () => api.post<TagPreview>('/api/tags/preview', toValue(input)),
    placeholderData: keepPreviousData,
    enabled: () => toValue(input) !== undefined,
  });

const path = (name: string) => `/api/tags/${encodeURIComponent(name)}`;
