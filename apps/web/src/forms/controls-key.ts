import type { Component, InjectionKey } from 'vue';
import type { FieldKind } from './field';

export type Controls = Record<FieldKind, Component>;

/** The control of each kind. Provided by the form, because controls that hold parts draw fields again. */
export const controlsKey: InjectionKey<Controls> = Symbol('controls');
