import type { Run } from '@pelton/contract';
import { computed } from 'vue';
import { useMay } from '@/api/session';
import { useStepTypes } from '@/api/steps';
import { toStepViews } from '@/builder/step-view';
import { useCheck } from '@/builder/use-check';

/** The steps of a run as cards show them. A check of the frozen graph tells their summaries; what is wrong now does not matter. */
export function useRunViews(run: () => Run) {
  const { data: types } = useStepTypes();
  const mayCheck = useMay('operator');
  const graph = computed(() => run().graph);
  const { byStep } = useCheck(graph, mayCheck);
  const views = computed(() =>
    toStepViews({
      graph: graph.value,
      types: new Map((types.value ?? []).map((type) => [type.uses, type])),
      checks: new Map([...byStep.value].map(([id, check]) => [id, { ...check, problems: [] }])),
      runs: new Map(run().steps.map((step) => [step.id, step])),
      runGraph: graph.value,
      live: null,
    }),
  );
  return { views };
}
