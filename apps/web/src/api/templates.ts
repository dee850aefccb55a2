import type { PipelineTemplate, TemplateResult, TemplateUse } from '@pelton/contract';
import { useMutation, useQuery } from '@tanstack/vue-query';
import { api } from './client';
import { refresh } from './query';

/** The gallery, with the answers that the project's data suggests. */
export const useTemplates = () =>
  useQuery({
    queryKey: ['templates'],
    queryFn: ({ signal }) => api.get<PipelineTemplate[]>('/api/templates', { signal }),
  });

/** Makes a pipeline of a template, and the definitions that it lacks. */
export const useTemplateUse = () =>
  useMutation({
    mutationFn: ({ id, ...use }: TemplateUse & { id: string }) =>
      api.post<TemplateResult>(`/api/templates/${encodeURIComponent(id)}/pipelines`, use),
    onSuccess: () => refresh('templates', 'pipelines', 'metrics', 'tags', 'experiments', 'messages'),
  });
