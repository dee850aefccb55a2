import { type CronTimes, type Graph, type MissedPolicy, RunSettings, Trigger } from '@pelton/contract';
import { ref, shallowRef } from 'vue';
import { t } from '@/i18n';
import { serverText } from '@/i18n/server-text';
import { FORMS, type StartKind, withoutEmpty } from './trigger-kinds';

type Values = Record<string, unknown>;

/** A trigger while it is being written: each kind keeps what was entered, so that looking at another loses nothing. */
export function useTriggerDraft(graph: Graph, timezone: () => string) {
  const { trigger } = graph;
  const kind = shallowRef<StartKind>(trigger?.kind ?? 'manual');
  const values = ref<Values>(ownValues(trigger));
  const pipeline = ref(trigger?.kind === 'after' ? trigger.pipeline : '');
  const schedule = shallowRef<(CronTimes & { missed: MissedPolicy }) | null>(
    trigger?.kind === 'schedule' ? trigger : { cron: '0 6 * * *', timezone: timezone(), missed: 'run-once' },
  );
  const looks = shallowRef<(CronTimes & { missed: 'run-once' }) | null>(
    trigger?.kind === 'alert'
      ? { ...trigger.look, missed: 'run-once' }
      : { cron: '0 * * * *', timezone: timezone(), missed: 'run-once' },
  );
  const settings = ref<RunSettings>(graph.settings ?? RunSettings.parse({}));

  function written(): Values | undefined {
    switch (kind.value) {
      case 'manual':
        return undefined;
      case 'schedule':
        return schedule.value ? { ...schedule.value } : undefined;
      case 'after':
        return { ...values.value, pipeline: pipeline.value };
      case 'alert':
        return { ...values.value, look: looks.value && { cron: looks.value.cron, timezone: looks.value.timezone } };
      case 'event':
      case 'webhook':
        return values.value;
    }
  }

  /** The trigger as it is kept, or what is missing. */
  function read(): { trigger?: Trigger | undefined; error?: string } {
    const input = written();
    if (!input) return {};
    const read = Trigger.safeParse({ ...withoutEmpty(input), kind: kind.value });
    if (read.success) return { trigger: read.data };
    return { error: t('triggers.incomplete', { field: titleOf(String(read.error.issues[0]?.path[0] ?? '')) }) };
  }

  /** What the form calls a field. */
  function titleOf(field: string): string {
    if (field === 'pipeline') return t('triggers.pipeline');
    const fields = FORMS[kind.value]?.['properties'] as Record<string, { title?: string }> | undefined; // JSON Schema of an object
    return serverText(fields?.[field]?.title ?? field);
  }

  return { kind, values, pipeline, schedule, looks, settings, read };
}

function ownValues(trigger: Trigger | undefined): Values {
  if (!trigger) return {};
  const { kind: _kind, ...values } = trigger;
  return values;
}
