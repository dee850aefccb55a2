import { useVueFlow } from '@vue-flow/core';
import { ref, watch } from 'vue';

/** Keeps what Vue Flow marks and what we call selected the same, in both directions. */
export function useFlowSelection(selected: () => readonly string[], select: (ids: string[]) => void) {
  const { getSelectedNodes, getNodes, addSelectedNodes, removeSelectedNodes, onNodeDragStart, onNodeDragStop } =
    useVueFlow();
  const isHeld = ref(false);
  onNodeDragStart(() => (isHeld.value = true));
  onNodeDragStop(() => (isHeld.value = false));
  const marked = () => getSelectedNodes.value.map(({ id }) => id);
  const isSame = (a: readonly string[], b: readonly string[]) =>
    a.length === b.length && a.every((id) => b.includes(id));

  // As text, because a new list with the same ids is no change. A card that is dragged is told of once it lies: a panel
  // that opens for it would push the canvas away from under the hand.
  watch([() => marked().join(' '), isHeld], () => {
    if (isHeld.value) return;
    const ids = marked();
    const isKnown = (id: string) => getNodes.value.some((node) => node.id === id);
    if (selected().every(isKnown) && !isSame(ids, selected())) select(ids);
  });

  // A step that was just added is marked as soon as Vue Flow has it.
  watch(
    [() => selected().join(' '), () => getNodes.value.length],
    () => {
      const ids = selected().filter((id) => getNodes.value.some((node) => node.id === id));
      if (isSame(ids, marked())) return;
      removeSelectedNodes(getSelectedNodes.value.filter(({ id }) => !ids.includes(id)));
      if (ids.length > 0) addSelectedNodes(getNodes.value.filter(({ id }) => ids.includes(id)));
    },
    { immediate: true, flush: 'post' },
  );
}
