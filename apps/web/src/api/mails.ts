import type { CaughtMail, CaughtMailBody } from '@pelton/contract';
import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { api } from './client';
import type { PageFilter } from './page';

/** What the development catcher received; `port` is null when it is off. */
export const useMails = (page: MaybeRefOrGetter<PageFilter> = {}) =>
  useQuery({
    queryKey: ['mails', computed(() => ({ ...toValue(page) }))],
    queryFn: ({ signal }) =>
      api.get<{ port: number | null; mails: CaughtMail[] }>('/api/mails', { query: { ...toValue(page) }, signal }),
    placeholderData: keepPreviousData,
  });

export const useMail = (id: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['mails', 'body', computed(() => toValue(id))],
    queryFn: ({ signal }) => api.get<CaughtMailBody>(`/api/mails/${encodeURIComponent(toValue(id))}`, { signal }),
    enabled: () => toValue(id) !== '',
  });
