import { type JsonSchema, type Message, type MessageInput, nameFromTitle } from '@pelton/contract';
import { computed, reactive, ref, watch } from 'vue';
import { useConnections } from '@/api/connections';
import { ApiError } from '@/api/error';
import { useContributionsOf } from '@/api/plugins';
import type { Problem } from '@/forms/control';
import { fieldsOf, initialValues } from '@/forms/field';
import { findProblems } from '@/forms/find-problems';
import { freeName } from '@/forms/free-name';

interface Draft {
  name: string;
  title: string;
  description: string;
  connection: string;
  content: Record<string, unknown>;
}

/** A message while somebody writes it. The content has the form of the channel behind the connection. */
export function useMessageDraft(options: { existing: () => Message | undefined; taken: () => readonly string[] }) {
  const { data: connections } = useConnections();
  const specs = useContributionsOf('channel');
  const draft = reactive<Draft>({ name: '', title: '', description: '', connection: '', content: {} });
  const isNameOwn = ref(false);

  const own = computed(() => connections.value?.filter((item) => item.kind === 'channel'));
  const uses = computed(() => own.value?.find((item) => item.name === draft.connection)?.uses);
  const schema = computed(() => specs.value.find((item) => item.id === uses.value)?.content);

  watch(
    options.existing,
    (found) => {
      if (!found || isNameOwn.value) return;
      const { name, title, description, connection, content } = found;
      Object.assign(draft, { name, title, description, connection, content: { ...content } });
      isNameOwn.value = true;
    },
    { immediate: true },
  );
  watch(
    () => draft.title,
    (title) => {
      if (!isNameOwn.value) draft.name = title === '' ? '' : freeName(nameFromTitle(title), options.taken());
    },
  );
  watch(
    own,
    (list) => {
      if (list?.length === 1 && draft.connection === '' && !options.existing()) draft.connection = list[0]?.name ?? '';
    },
    { immediate: true },
  );
  watch(
    schema,
    (next) => {
      if (next && Object.keys(draft.content).length === 0) draft.content = initialValues(fieldsOf(next));
    },
    { immediate: true },
  );

  return {
    draft,
    schema,
    channels: computed(() => (own.value ?? []).map(({ name, title }) => ({ value: name, title, note: name }))),
    /** Has a title and all that its channel needs. */
    isComplete: computed(
      () => draft.title.trim() !== '' && findProblems(fieldsOf(schema.value ?? {}), draft.content).length === 0,
    ),
    hasNoChannel: computed(() => own.value?.length === 0),
    rename(name: string): void {
      isNameOwn.value = true;
      draft.name = name;
    },
    input: computed<MessageInput>(() => ({ ...draft, content: { ...draft.content } as JsonSchema })), // made by a form
  };
}

/** What the server said of the content, by field; `content.` is taken off. */
export function contentProblems(error: unknown): Problem[] {
  if (!(error instanceof ApiError)) return [];
  return error.problems.map(({ field, message }) => ({ field: field.replace(/^content\./, ''), message }));
}
