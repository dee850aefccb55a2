import { type Connection, type ConnectionInput, nameFromTitle } from '@pelton/contract';
import { computed, reactive, ref, watch } from 'vue';
import {
  useCheckConnectionInput,
  useConnection,
  useConnections,
  useCreateConnection,
  useUpdateConnection,
} from '@/api/connections';
import { ApiError } from '@/api/error';
import { useContributionsOf } from '@/api/plugins';
import { connectionSchema, splitSecrets } from '@/forms/connection-schema';
import { fieldsOf, initialValues } from '@/forms/field';
import { findProblems } from '@/forms/find-problems';
import { freeName } from '@/forms/free-name';
import { t } from '@/i18n';
import { serverText } from '@/i18n/server-text';

/** A connection while somebody fills it in. @param name of the one that is changed; empty for a new one */
export function useConnectionDraft(name: string) {
  const specsOf = { connector: useContributionsOf('connector'), channel: useContributionsOf('channel') };
  const { data: connections } = useConnections();
  const { data: existing } = useConnection(name);
  const draft = reactive<{
    kind: ConnectionInput['kind'];
    uses: string;
    title: string;
    values: Record<string, unknown>;
  }>({ kind: 'connector', uses: '', title: '', values: {} });
  const isSubmitted = ref(false);

  const create = useCreateConnection();
  const update = useUpdateConnection(name);
  const saving = name === '' ? create : update;
  const checking = useCheckConnectionInput();

  watch(
    existing,
    (found) => {
      if (!found || draft.uses !== '') return;
      const { kind, uses, title, config } = found;
      Object.assign(draft, { kind, uses, title, values: { ...config } });
    },
    { immediate: true },
  );

  const spec = computed(() => specsOf[draft.kind].value.find((item) => item.id === draft.uses));
  const schema = computed(() => (spec.value ? connectionSchema(spec.value) : {}));
  const titleProblem = computed(() =>
    isSubmitted.value && draft.title.trim() === '' ? t('definitions.needsTitle') : undefined,
  );

  function input(): ConnectionInput {
    const taken = connections.value?.map((connection) => connection.name) ?? [];
    return {
      name: name === '' ? freeName(nameFromTitle(draft.title), taken) : name,
      title: draft.title,
      kind: draft.kind,
      uses: draft.uses,
      ...splitSecrets(draft.values, spec.value?.secrets ?? []),
    };
  }

  return {
    draft,
    existing,
    spec,
    schema,
    isSubmitted,
    titleProblem,
    connectors: specsOf.connector,
    specs: (kind: ConnectionInput['kind']) => specsOf[kind].value,
    choose(kind: ConnectionInput['kind'], uses: string): void {
      const chosen = specsOf[kind].value.find((item) => item.id === uses);
      if (!chosen) return;
      const values = initialValues(fieldsOf(connectionSchema(chosen)));
      Object.assign(draft, { kind, uses, values, title: draft.title || serverText(chosen.title) });
      checking.reset();
    },
    chooseAgain(): void {
      Object.assign(draft, { uses: '', title: '', values: {} });
      isSubmitted.value = false;
      checking.reset();
    },
    async check(): Promise<void> {
      isSubmitted.value = true;
      checking.reset();
      if (findProblems(fieldsOf(schema.value), draft.values).length > 0) return; // told at the fields
      const { kind, uses, config, secrets } = input();
      await checking.mutateAsync({ kind, uses, config, secrets }).catch(() => undefined); // told by `error`
    },
    async save(): Promise<Connection | undefined> {
      isSubmitted.value = true;
      return titleProblem.value === undefined ? saving.mutateAsync(input()) : undefined;
    },
    checked: checking.data,
    isChecking: computed(() => checking.isPending.value),
    isSaving: computed(() => saving.isPending.value),
    error: computed<unknown>(() => saving.error.value ?? checking.error.value),
    problems: computed(() => {
      const error = saving.error.value ?? checking.error.value;
      if (!(error instanceof ApiError)) return [];
      return error.problems.map(({ field, message }) => ({ field: field.replace(/^(config|secrets)\./, ''), message }));
    }),
  };
}
