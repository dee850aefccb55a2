import { QueryClient } from '@tanstack/vue-query';
import { ApiError } from './error';

/** What the server said no to stays no; only a missing answer is worth asking again. */
function isWorthRetrying(tries: number, error: unknown): boolean {
  return tries < 2 && error instanceof ApiError && (error.code === 'OFFLINE' || error.code === 'SERVICE_DOWN');
}

export const queryClient = new QueryClient({
  defaultOptions: {
    // An answer is replaced as a whole, so nothing inside of it needs to be watched: a graph has thousands of parts.
    queries: { retry: isWorthRetrying, staleTime: 5_000, refetchOnWindowFocus: true, shallow: true },
    mutations: { retry: false },
  },
});

/** Marks everything under these keys as old, so that what is on the page is asked for again. */
export async function refresh(...keys: string[]): Promise<void> {
  await Promise.all(keys.map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
}
