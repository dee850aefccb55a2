import type { SqlWords } from '@pelton/contract';
import { useQuery } from '@tanstack/vue-query';
import { api } from './client';

/** The functions and tables that formulas and SQL may use. */
export const useSqlWords = () =>
  useQuery({
    queryKey: ['sql', 'words'],
    queryFn: ({ signal }) => api.get<SqlWords>('/api/sql/words', { signal }),
    staleTime: Infinity,
  });
