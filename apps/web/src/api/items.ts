import type { Item, ItemPage, ItemType, ItemTypeInput, RelatedName } from '@pelton/contract';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { api } from './client';
import type { PageFilter } from './page';
import { refresh } from './query';

export const useItemTypes = () =>
  useQuery({
    queryKey: ['items', 'types'],
    queryFn: ({ signal }) => api.get<ItemType[]>('/api/items/types', { signal }),
  });

/** Values of users and items that conditions and breakdowns of events may name. */
export const useRelatedNames = () =>
  useQuery({
    queryKey: ['items', 'fields'],
    queryFn: ({ signal }) => api.get<RelatedName[]>('/api/items/fields', { signal }),
    staleTime: 30_000,
  });

export const useItems = (type: MaybeRefOrGetter<string>, page: MaybeRefOrGetter<PageFilter>) =>
  useQuery({
    queryKey: ['items', 'of', computed(() => toValue(type)), computed(() => ({ ...toValue(page) }))],
    queryFn: ({ signal }) => api.get<ItemPage>(path(toValue(type)), { query: { ...toValue(page) }, signal }),
    enabled: () => toValue(type) !== '',
    placeholderData: keepPreviousData,
  });

export const useItem = (type: MaybeRefOrGetter<string>, id: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['items', 'one', computed(() => toValue(type)), computed(() => toValue(id))],
    queryFn: ({ signal }) => api.get<Item>(path(toValue(type), toValue(id)), { signal }),
  });

/** Says what a type is called, and which properties of events refer to its items. */
export const useDescribeItemType = () =>
  useMutation({
    mutationFn: ({ type, ...input }: ItemTypeInput & { type: string }) => api.put<ItemType>(path('types', type), input),
    onSuccess: () => refresh('items'),
  });

const path = (...parts: string[]) => `/api/items/${parts.map(encodeURIComponent).join('/')}`;
