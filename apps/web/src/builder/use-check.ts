import type { Graph, GraphCheck, Step, StepCheck } from '@pelton/contract';
import { useDebounceFn } from '@vueuse/core';
import { computed, type Ref, ref, shallowRef, watch } from 'vue';
import { checkGraph } from '@/api/pipelines';
import { stable } from './graph/changed-steps';
import { standingProblems } from './graph/standing-problems';

const CHECK_AFTER_MS = 300;

/**
 * Asks the server, after each change, which columns stand at every port and what is wrong. Where cards lie does not matter.
 * @param pipeline that the graph is the draft of, so that it is told when it would call or follow itself
 */
export function useCheck(graph: Readonly<Ref<Graph>>, isAllowed: Readonly<Ref<boolean>>, pipeline?: string) {
  const check = shallowRef<GraphCheck>();
  const checked = shallowRef<readonly Step[]>([]);
  const isChecking = ref(false);
  const error = shallowRef<unknown>();
  let asked = '';
  let number = 0;

  async function ask() {
    const { steps, trigger } = graph.value;
    asked = stable([steps, trigger]);
    const mine = ++number;
    try {
      const graphNow = { steps, layout: {}, ...(trigger && { trigger }) };
      const found =
        steps.length || trigger ? await checkGraph(graphNow, pipeline) : { ok: true, steps: [], trigger: [] };
      if (mine !== number) return;
      [check.value, checked.value, error.value] = [found, steps, undefined];
    } catch (cause) {
      if (mine === number) error.value = cause;
    } finally {
      if (mine === number) isChecking.value = false;
    }
  }
  const askLater = useDebounceFn(ask, CHECK_AFTER_MS);

  watch(
    [() => graph.value.steps, () => graph.value.trigger, isAllowed],
    ([steps, trigger], before) => {
      if (!isAllowed.value || (check.value && stable([steps, trigger]) === asked)) return;
      isChecking.value = true;
      void (before[0] === undefined || !check.value ? ask() : askLater());
    },
    { immediate: true },
  );

  const checkedById = computed(() => new Map(checked.value.map((step) => [step.id, step])));
  const nowById = computed(() => new Map(graph.value.steps.map((step) => [step.id, step])));
  const byStep = computed(() => new Map((check.value?.steps ?? []).map((found) => [found.id, standing(found)])));

  /** Problems of what was changed since are not told: they would push the next field away from under the pointer. */
  function standing(found: StepCheck): StepCheck {
    const [before, now] = [checkedById.value.get(found.id), nowById.value.get(found.id)];
    return before && now ? { ...found, problems: standingProblems(found.problems, before, now) } : found;
  }

  /** Asks once more, for what changed outside of the graph: a definition, a connection. */
  const again = () => (isAllowed.value ? ask() : Promise.resolve());
  return { check, byStep, isChecking, error, again };
}

export type Check = ReturnType<typeof useCheck>;
