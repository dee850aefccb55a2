import type { StepHistory } from '@pelton/contract';
import { useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { api } from './client';

/** What became of a step in the last runs. @param revision of the run that is shown, so that news are asked for */
export const useStepHistory = (
  pipeline: string,
  step: MaybeRefOrGetter<string>,
  revision: MaybeRefOrGetter<number | undefined>,
) =>
  useQuery({
    queryKey: ['runs', 'of-step', pipeline, computed(() => toValue(step)), computed(() => toValue(revision))],
    queryFn: ({ signal }) =>
      api.get<StepHistory[]>(
        `/api/pipelines/${encodeURIComponent(pipeline)}/steps/${encodeURIComponent(toValue(step))}/runs`,
        { signal },
      ),
    placeholderData: (before) => before,
  });
