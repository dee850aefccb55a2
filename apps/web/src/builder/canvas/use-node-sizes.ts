import { useVueFlow } from '@vue-flow/core';
import { type Ref, readonly, ref } from 'vue';

export type SizeOf = (id: string) => { width: number; height: number } | undefined;

/** How large each node was when it was last drawn, undefined for what never was (not reactive); and whether any is drawn yet. */
export function useNodeSizes(): { sizeOf: SizeOf; isAnyDrawn: Readonly<Ref<boolean>> } {
  const { onNodesChange } = useVueFlow();
  const sizes = new Map<string, { width: number; height: number }>();
  const isAnyDrawn = ref(false);
  onNodesChange((changes) => {
    for (const change of changes)
      if (change.type === 'dimensions' && change.dimensions) sizes.set(change.id, change.dimensions);
    isAnyDrawn.value = sizes.size > 0;
  });
  return { sizeOf: (id) => sizes.get(id), isAnyDrawn: readonly(isAnyDrawn) };
}
