import type { Run, RunInput, StepRun } from '@pelton/contract';
import { computed, ref, shallowRef, watch } from 'vue';
import { useRunChanges } from '@/api/run-changes';
import { cancelRun, pauseRun, resumeRun, retryRun, startRun, useRun, useRuns } from '@/api/runs';

/** The newest run of a pipeline, or the one that was started here, followed while it runs; or a past one that is shown again. */
export function useRunner(pipeline: string) {
  const { data: runs } = useRuns({ pipeline, limit: 1 });
  const id = ref('');
  watch(runs, (list) => (id.value = list?.[0]?.id ?? id.value), { immediate: true });
  const replayId = ref('');
  const { data: newest } = useRun(id);
  const { data: past } = useRun(replayId);
  const replayed = computed(() => (replayId.value && past.value?.id === replayId.value ? past.value : undefined));
  const run = computed(() => replayed.value ?? newest.value);
  const { isLost } = useRunChanges(run);

  const isBusy = ref(false);
  const error = shallowRef<unknown>();

  async function act(work: () => Promise<Run>): Promise<Run | undefined> {
    [isBusy.value, error.value] = [true, undefined];
    try {
      const changed = await work();
      [id.value, replayId.value] = [changed.id, ''];
      return changed;
    } catch (cause) {
      error.value = cause;
      return undefined;
    } finally {
      isBusy.value = false;
    }
  }

  const shown = () => run.value?.id ?? id.value;
  const byStep = computed(() => new Map<string, StepRun>((run.value?.steps ?? []).map((step) => [step.id, step])));
  return {
    run: computed(() => (run.value?.pipeline === pipeline ? run.value : undefined)),
    byStep,
    /** A past run that is shown with its own graph, until `replay('')`. */
    replayed,
    replay: (run: string) => (replayId.value = run),
    isBusy,
    isLost,
    error,
    /** `prepare` saves the draft first, because the server runs what it has. */
    start: (input: Partial<RunInput>, prepare: () => Promise<void>) =>
      act(async () => {
        await prepare();
        return startRun(pipeline, input);
      }),
    cancel: () => act(() => cancelRun(shown())),
    pause: () => act(() => pauseRun(shown())),
    resume: () => act(() => resumeRun(shown())),
    retry: () => act(() => retryRun(shown())),
  };
}

export type Runner = ReturnType<typeof useRunner>;
