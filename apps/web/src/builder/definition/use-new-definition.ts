import { nameFromTitle } from '@pelton/contract';
import { computed, ref, shallowRef } from 'vue';
import { ApiError } from '@/api/error';
import { useCreateExperiment, useExperiments } from '@/api/experiments';
import { useCreateMessage, useMessages } from '@/api/messages';
import { useCreateMetric, useMetrics } from '@/api/metrics';
import { useCreateTag, useTags } from '@/api/tags';
import { fieldsOf, initialValues } from '@/forms/field';
import { freeName } from '@/forms/free-name';
import { t } from '@/i18n';
import type { Template } from '../palette/palette-items';
import { type NewDefinition, schemaOf, startVariations, toExperiment, toMessage, toTemplated } from './new-definition';

/** A definition that is being made from a plugin's template. */
export function useNewDefinition(template: Template) {
  const { noun, spec } = template;
  const lists = { metric: useMetrics(), tag: useTags(), experiment: useExperiments(), message: useMessages() };
  const creators = {
    metric: useCreateMetric(),
    tag: useCreateTag(),
    experiment: useCreateExperiment(),
    message: useCreateMessage(),
  };
  const isBusy = ref(false);
  const error = shallowRef<unknown>();
  const definition = ref<NewDefinition>({
    title: '',
    params: initialValues(fieldsOf(schemaOf(spec))),
    variations: startVariations([t('definition.plain'), t('definition.other')]),
    metrics: [],
    connection: '',
  });

  const problems = computed(() => {
    if (!(error.value instanceof ApiError)) return [];
    return error.value.problems.map(({ field, message }) => ({
      field: field.replace(/^(params|content)\./, ''),
      message,
    }));
  });

  async function create(): Promise<{ name: string; title: string } | undefined> {
    const taken = (lists[noun].data.value ?? []).map((each) => each.name);
    const name = freeName(nameFromTitle(definition.value.title), taken);
    [isBusy.value, error.value] = [true, undefined];
    try {
      await send(name);
      return { name, title: definition.value.title };
    } catch (cause) {
      error.value = cause;
      return undefined;
    } finally {
      isBusy.value = false;
    }
  }

  function send(name: string): Promise<unknown> {
    const { value } = definition;
    switch (noun) {
      case 'metric':
        return creators.metric.mutateAsync(toTemplated(name, spec.id, value));
      case 'tag':
        return creators.tag.mutateAsync(toTemplated(name, spec.id, value));
      case 'experiment':
        return creators.experiment.mutateAsync(toExperiment(name, spec.id, value));
      case 'message':
        return creators.message.mutateAsync(toMessage(name, value));
    }
  }

  return { definition, problems, isBusy, error, create };
}
