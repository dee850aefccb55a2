import { useVueFlow } from '@vue-flow/core';

export type SizeOf = (id: string) => { width: number; height: number } | undefined;

/** How large each node was when it was last drawn; undefined for what never was. Not reactive. */
export function useNodeSizes(): SizeOf {
  const { onNodesChange } = useVueFlow();
  const sizes = new Map<string, { width: number; height: number }>();
  onNodesChange((changes) => {
    for (const change of changes)
      if (change.type === 'dimensions' && change.dimensions) sizes.set(change.id, change.dimensions);
  });
  return (id) => sizes.get(id);
}
