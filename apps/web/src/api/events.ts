import type { Event, EventName, PropertyName } from '@pelton/contract';
import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { api } from './client';

export interface EventFilter {
  event?: string;
  userId?: string;
  limit?: number;
  offset?: number;
}

/** Newest first. */
export const useEvents = (filter: MaybeRefOrGetter<EventFilter>) =>
  useQuery({
    queryKey: ['events', computed(() => ({ ...toValue(filter) }))],
    queryFn: ({ signal }) => api.get<Event[]>('/api/events', { query: { ...toValue(filter) }, signal }),
    placeholderData: keepPreviousData,
  });

/** The names of events seen in the project. */
export const useEventNames = () =>
  useQuery({
    queryKey: ['events', 'names'],
    queryFn: ({ signal }) => api.get<EventName[]>('/api/events/names', { signal }),
    staleTime: 30_000,
  });

/** The properties seen on an event; on any event when it is empty. */
export const useEventProperties = (event: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['events', 'properties', computed(() => toValue(event))],
    queryFn: ({ signal }) =>
      api.get<PropertyName[]>('/api/events/properties', { query: { event: toValue(event) }, signal }),
    staleTime: 30_000,
  });
