import type { Member, MemberInput, Role } from '@pelton/contract';
import { useMutation, useQuery } from '@tanstack/vue-query';
import { api } from './client';
import { refresh } from './query';

export const useMembers = () =>
  useQuery({ queryKey: ['members'], queryFn: ({ signal }) => api.get<Member[]>('/api/members', { signal }) });

/** Answers with the token of a one-time link, shown once. */
export const useInviteMember = () =>
  useMutation({
    mutationFn: (input: MemberInput) => api.post<{ member: Member; token: string }>('/api/members', input),
    onSuccess: () => refresh('members'),
  });

export const useSetRole = () =>
  useMutation({
    mutationFn: ({ id, role }: { id: string; role: Role }) => api.patch<Member>(path(id), { role }),
    onSuccess: () => refresh('members'),
  });

export const useRemoveMember = () =>
  useMutation({ mutationFn: (id: string) => api.remove(path(id)), onSuccess: () => refresh('members') });

const path = (id: string) => `/api/members/${encodeURIComponent(id)}`;
