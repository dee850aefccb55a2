import { type JsonSchema, nameFromTitle } from '@pelton/contract';
import { computed, reactive, ref, watch } from 'vue';
import { ApiError } from '@/api/error';
import type { Problem } from '@/forms/control';
import { fieldsOf, initialValues } from '@/forms/field';
import { freeName } from '@/forms/free-name';

/** What every definition made from a template has. */
export interface DefinitionDraft {
  name: string;
  title: string;
  description: string;
  template: string;
  params: Record<string, unknown>;
}

interface Template {
  id: string;
  params: JsonSchema;
}

/**
 * A metric or tag while somebody writes it. The name follows the title until it is written by hand; a definition that
 * is there already keeps its name and template.
 */
export function useDefinitionDraft<T extends Template>(options: {
  templates: () => readonly T[];
  existing: () => (Omit<DefinitionDraft, 'params'> & { params: JsonSchema }) | undefined;
  taken: () => readonly string[];
  /** Begins with the only template there is, so that nobody has to choose among one. */
  startsWithOnly?: boolean;
}) {
  const draft = reactive<DefinitionDraft>({ name: '', title: '', description: '', template: '', params: {} });
  const isNameOwn = ref(false);
  const isSubmitted = ref(false);

  watch(
    options.existing,
    (found) => {
      if (!found || draft.name === found.name) return;
      const { name, title, description, template, params } = found;
      Object.assign(draft, { name, title, description, template, params: JSON.parse(JSON.stringify(params)) });
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

  const template = computed(() => options.templates().find((item) => item.id === draft.template));

  function choose(id: string): void {
    const chosen = options.templates().find((item) => item.id === id);
    if (!chosen) return;
    draft.template = id;
    draft.params = startingValues(chosen.params);
    isSubmitted.value = false;
  }

  watch(
    options.templates,
    ([only, ...others]) => {
      if (options.startsWithOnly && only && others.length === 0 && draft.template === '') choose(only.id);
    },
    { immediate: true },
  );

  return {
    draft,
    template,
    isSubmitted,
    choose,
    rename(name: string): void {
      isNameOwn.value = true;
      draft.name = name;
    },
    /** What is sent: empty fields that need not be there are left out. */
    input: computed(() => ({ ...draft, params: { ...draft.params } as JsonSchema })), // made by a form from its schema
  };
}

/** The values that a form starts with; a list that needs an item has one, to be filled in. */
function startingValues(schema: JsonSchema): Record<string, unknown> {
  const fields = fieldsOf(schema);
  const lists = fields.filter((field) => field.kind === 'objects' && field.limits.minItems);
  return {
    ...initialValues(fields),
    ...Object.fromEntries(lists.map((field) => [field.name, [initialValues(field.fields)]])),
  };
}

/** What the server said of the parameters, by their path; `params.` is taken off. */
export function paramProblems(error: unknown): Problem[] {
  if (!(error instanceof ApiError)) return [];
  return error.problems.map(({ field, message }) => ({ field: field.replace(/^params\./, ''), message }));
}
