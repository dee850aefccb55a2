import type { Connection } from '@vue-flow/core';
import type { ComputedRef, InjectionKey } from 'vue';
import type { PortRef } from '../graph/edit-graph';

/** `fits` and `no` while a wire is being drawn; `chosen` on the chosen card; `refused` where a wire was not taken. */
export type PortLook = 'fits' | 'no' | 'chosen' | 'refused' | undefined;

/** How each port looks now, and a number beside its title, such as how many users went that way. Provided around the canvas, so that a look changes without new nodes. */
export const portLooksKey: InjectionKey<ComputedRef<(ref: PortRef, side: 'in' | 'out') => PortLook>> =
  Symbol('port looks');
export const portNotesKey: InjectionKey<ComputedRef<(ref: PortRef) => string>> = Symbol('port notes');

/** Whether a wire that is being drawn may end here. Asked by each port, because Vue Flow hides drawn wires that it finds invalid. */
export const acceptsKey: InjectionKey<(connection: Connection) => boolean> = Symbol('accepts');
