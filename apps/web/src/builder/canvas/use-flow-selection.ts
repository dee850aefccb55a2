import { useVueFlow } from '@vue-flow/core';
import { nextTick, watch } from 'vue';

/** Keeps what Vue Flow marks and what we call selected the same, in both directions. */
export function useFlowSelection(selected: () => readonly string[], select: (ids: string[]) => void) {
  const { getSelectedNodes, getNodes, addSelectedNodes, removeSelectedNodes } = useVueFlow();
  const marked = () => getSelectedNodes.value.map(({ id }) => id);
  const isSame = (a: readonly string[], b: readonly string[]) =>
    a.length === b.length && a.every((id) => b.includes(id));

  watch(marked, (ids) => {
    if (!isSame(ids, selected())) select(ids);
  });

  watch(
    () => [...selected()],
    async (ids) => {
      await nextTick();
      if (isSame(ids, marked())) return;
      removeSelectedNodes(getSelectedNodes.value.filter(({ id }) => !ids.includes(id)));
      if (ids.length > 0) addSelectedNodes(getNodes.value.filter(({ id }) => ids.includes(id)));
    },
    { immediate: true, flush: 'post' },
  );
}
