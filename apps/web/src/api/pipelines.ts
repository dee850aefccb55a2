import type {
  DraftChange,
  Graph,
  GraphCheck,
  Pipeline,
  PipelineFilter,
  PipelineInput,
  PipelineSummary,
  PublishInput,
} from '@pelton/contract';
import { useMutation, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { api } from './client';
import { queryClient, refresh } from './query';

export const usePipelines = () =>
  useQuery({
    queryKey: ['pipelines'],
    queryFn: ({ signal }) => api.get<PipelineSummary[]>('/api/pipelines', { signal }),
  });

/** The pipelines that name a thing, such as `metric/revenue`, drafted or live. */
export const usePipelinesUsing = (uses: () => PipelineFilter['uses']) =>
  useQuery({
    queryKey: ['pipelines', 'using', computed(uses)],
    queryFn: ({ signal }) =>
      api.get<PipelineSummary[]>(`/api/pipelines?uses=${encodeURIComponent(uses() ?? '')}`, { signal }),
  });

export const usePipeline = (name: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['pipelines', computed(() => toValue(name))],
    queryFn: ({ signal }) => api.get<Pipeline>(path(toValue(name)), { signal }),
    enabled: () => toValue(name) !== '',
  });

/** Asks for a pipeline before its page is there to show it. */
export const preloadPipeline = (name: string) =>
  queryClient.prefetchQuery({
    queryKey: ['pipelines', name],
    queryFn: ({ signal }) => api.get<Pipeline>(path(name), { signal }),
  });

export const useCreatePipeline = () =>
  useMutation({
    mutationFn: createPipeline,
    onSuccess: () => refresh('pipelines'),
  });

export const createPipeline = (input: PipelineInput) => api.post<Pipeline>('/api/pipelines', input);

export const useRemovePipeline = () =>
  useMutation({ mutationFn: (name: string) => api.remove(path(name)), onSuccess: () => refresh('pipelines') });

/** @throws ApiError STALE_REVISION when somebody else saved another draft meanwhile */
export const saveDraft = (name: string, change: DraftChange) => api.put<Pipeline>(`${path(name)}/draft`, change);

export const publishPipeline = (name: string, input: PublishInput) =>
  api.post<Pipeline>(`${path(name)}/publish`, input);

export const loadPipelines = () => api.get<PipelineSummary[]>('/api/pipelines');

export const loadPipeline = (name: string) => api.get<Pipeline>(path(name));

/** The columns at every port and all that is wrong, without running anything. @param pipeline that the graph is of */
export const checkGraph = (graph: Graph, pipeline?: string) =>
  api.post<GraphCheck>(`/api/pipelines/check${pipeline ? `?pipeline=${encodeURIComponent(pipeline)}` : ''}`, graph);

/** Puts what the server answered where pages look for it. */
export function keepPipeline(pipeline: Pipeline): void {
  queryClient.setQueryData(['pipelines', pipeline.name], pipeline);
  void queryClient.invalidateQueries({ queryKey: ['pipelines'], exact: true });
}

const path = (name: string) => `/api/pipelines/${encodeURIComponent(name)}`;
