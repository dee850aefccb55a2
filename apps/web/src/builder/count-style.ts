import type { InjectionKey, Ref } from 'vue';

/** How the counts of a run are written on the canvas: as they are, or as shares. */
export type CountStyle = 'number' | 'share';

export const countStyleKey: InjectionKey<Ref<CountStyle>> = Symbol('count-style');
