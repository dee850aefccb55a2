import { compareGraphs, nameFromTitle, type Pipeline } from '@pelton/contract';
import { computed, shallowRef, watch } from 'vue';
import { createPipeline, loadPipeline, loadPipelines } from '@/api/pipelines';
import { freeName } from '@/forms/free-name';
import type { Draft } from './use-draft';
import { describeDifference } from './versions/describe-difference';

const MOST_LINES = 6;

/** What somebody else changed while this draft was edited, and how to keep both. */
export function useStale(draft: Draft) {
  const theirs = shallowRef<Pipeline>();
  watch(
    () => draft.state.value === 'stale',
    async (isStale) => {
      theirs.value = undefined;
      // Who cannot be told what changed still chooses how to go on.
      if (isStale) theirs.value = await loadPipeline(draft.pipeline.value.name).catch(() => undefined);
    },
    { immediate: true },
  );

  /** By the draft that both began with. */
  const lines = computed(() => {
    const [before, after] = [draft.pipeline.value, theirs.value];
    if (!after) return [];
    const steps = [...after.draft.steps, ...before.draft.steps];
    const titleOf = (id: string) => steps.find((step) => step.id === id)?.title ?? id;
    const changed = describeDifference(compareGraphs(before.draft, after.draft), titleOf);
    const renamed = { mark: 'changed' as const, look: 'accent' as const, text: `“${after.title}”` };
    return before.title === after.title ? changed : [renamed, ...changed];
  });

  /** Makes a pipeline of what is here, then takes theirs. */
  async function keepBoth(title: string): Promise<void> {
    const taken = (await loadPipelines()).map(({ name }) => name);
    const name = freeName(nameFromTitle(title), taken);
    await createPipeline({ name, title, description: '', graph: draft.graph.value });
    await draft.takeTheirs();
  }

  return {
    shown: computed(() => lines.value.slice(0, MOST_LINES)),
    more: computed(() => Math.max(0, lines.value.length - MOST_LINES)),
    keepBoth,
  };
}
