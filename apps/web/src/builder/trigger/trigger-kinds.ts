import {
  AfterTrigger,
  AlertTrigger,
  EventTrigger,
  type JsonSchema,
  RunSettings,
  toJsonSchema,
  type Trigger,
  WebhookTrigger,
} from '@pelton/contract';
import { IconBell, IconBolt, IconClock, IconHandClick, IconLink, IconPlayerTrackNext } from '@tabler/icons-vue';
import type { Component } from 'vue';

export type StartKind = Trigger['kind'] | 'manual';

/** What may start a pipeline, in the order in which it is offered. */
export const START_KINDS: readonly { kind: StartKind; icon: Component }[] = [
  { kind: 'manual', icon: IconHandClick },
  { kind: 'schedule', icon: IconClock },
  { kind: 'event', icon: IconBolt },
  { kind: 'webhook', icon: IconLink },
  { kind: 'after', icon: IconPlayerTrackNext },
  { kind: 'alert', icon: IconBell },
];

export function iconOf(trigger: Trigger | undefined): Component {
  return START_KINDS.find(({ kind }) => kind === (trigger?.kind ?? 'manual'))?.icon ?? IconHandClick;
}

/** The form of a kind, but for what has a control of its own: times, and the pipeline that goes before. */
export const FORMS: Partial<Record<StartKind, JsonSchema>> = {
  event: toJsonSchema(EventTrigger.omit({ kind: true })),
  webhook: toJsonSchema(WebhookTrigger.omit({ kind: true })),
  after: toJsonSchema(AfterTrigger.omit({ kind: true, pipeline: true })),
  alert: toJsonSchema(AlertTrigger.omit({ kind: true, look: true })),
};

export const SETTINGS_FORM = toJsonSchema(RunSettings);

/** Without what a form leaves behind for fields that nobody filled in. */
export function withoutEmpty(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== '' && value !== undefined && value !== null)
      .map(([name, value]) => [name, isPlain(value) ? withoutEmpty(value) : value]),
  );
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
