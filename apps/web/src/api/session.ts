import {
  isAllowed,
  type Project,
  type ProjectInput,
  type Role,
  type Session,
  type SetUp,
  type SignIn,
} from '@pelton/contract';
import { useMutation, useQuery } from '@tanstack/vue-query';
import { createSharedComposable } from '@vueuse/core';
import { computed } from 'vue';
import { api } from './client';
import { queryClient } from './query';

const session = {
  queryKey: ['session'],
  queryFn: ({ signal }: { signal: AbortSignal }) => api.get<Session>('/api/session', { signal }),
  staleTime: 60_000,
};

/** Who is signed in, and in which project. Shared, because every number that is written asks for the time zone. */
export const useSession = createSharedComposable(() => useQuery(session));

/** For the router's guard. @throws ApiError NOT_SIGNED_IN */
export const ensureSession = (): Promise<Session> => queryClient.ensureQueryData(session);

/** Whether the member who is signed in may do what `needed` may. */
export function useMay(needed: Role) {
  const { data } = useSession();
  return computed(() => data.value !== undefined && isAllowed(data.value.member.role, needed));
}

/** The time zone in which the project's data is told. */
export function useTimezone() {
  const { data } = useSession();
  return computed(() => data.value?.project.timezone ?? 'UTC');
}

export const useSetUpNeeded = () =>
  useQuery({ queryKey: ['setup'], queryFn: () => api.get<{ needed: boolean }>('/api/setup') });

export const useSignIn = () =>
  useMutation({ mutationFn: (input: SignIn) => api.post<Session>('/api/session', input), onSuccess: enter });

export const useSetUp = () =>
  useMutation({ mutationFn: (input: SetUp) => api.post<Session>('/api/setup', input), onSuccess: enter });

export const useSignOut = () =>
  useMutation({ mutationFn: () => api.remove('/api/session'), onSuccess: () => queryClient.clear() });

export const useSwitchProject = () =>
  useMutation({
    mutationFn: (projectId: string) => api.put<Session>('/api/session/project', { projectId }),
    onSuccess: enter,
  });

export const useCreateProject = () =>
  useMutation({
    mutationFn: async (input: ProjectInput) => {
      const project = await api.post<Project>('/api/projects', input);
      return api.put<Session>('/api/session/project', { projectId: project.id });
    },
    onSuccess: enter,
  });

/** Everything that was asked before belongs to nobody or to another project. What the page still shows is asked anew. */
function enter(next: Session): void {
  queryClient.removeQueries({ type: 'inactive' });
  queryClient.setQueryData(session.queryKey, next);
  void queryClient.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== session.queryKey[0] });
}
