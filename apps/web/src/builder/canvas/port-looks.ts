import type { ComputedRef, InjectionKey } from 'vue';
import type { PortRef } from '../graph/edit-graph';

/** `fits` and `no` while a wire is being drawn; `chosen` on the chosen card; `refused` where a wire was not taken. */
export type PortLook = 'fits' | 'no' | 'chosen' | 'refused' | undefined;

/** How each port looks now. Provided around the canvas, so that a look changes without new nodes. */
export const portLooksKey: InjectionKey<ComputedRef<(ref: PortRef, side: 'in' | 'out') => PortLook>> =
  Symbol('port looks');
