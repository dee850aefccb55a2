import type { PinInput, PinSummary, StepPin } from '@pelton/contract';
import { useMutation, useQuery } from '@tanstack/vue-query';
import { api } from './client';
import { refresh } from './query';

/** The pinned steps of a pipeline's draft. */
export const usePins = (pipeline: string) =>
  useQuery({
    queryKey: ['pins', pipeline],
    queryFn: ({ signal }) => api.get<PinSummary[]>(path(pipeline), { signal }),
  });

/** Pins a step to what a run gave, or takes the pin off. */
export const useChangePin = (pipeline: string) =>
  useMutation({
    mutationFn: ({ step, input }: { step: string; input: PinInput | undefined }): Promise<unknown> =>
      input ? api.put<StepPin>(path(pipeline, step), input) : api.remove(path(pipeline, step)),
    onSuccess: () => refresh('pins'),
  });

const path = (pipeline: string, step?: string) =>
  `/api/pipelines/${encodeURIComponent(pipeline)}/pins${step === undefined ? '' : `/${encodeURIComponent(step)}`}`;
