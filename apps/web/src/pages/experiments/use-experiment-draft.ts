import type { Experiment, ExperimentInput, ExperimentMetric, JsonSchema } from '@pelton/contract';
import { nameFromTitle } from '@pelton/contract';
import { computed, reactive, ref, watch } from 'vue';
import { useContributionsOf } from '@/api/plugins';
import { fieldsOf, initialValues } from '@/forms/field';
import { freeName } from '@/forms/free-name';
import { t } from '@/i18n';
import { evenWeights, keyFromTitle, missingWeight } from './weights';

/** An arm while it is edited: its weight in per cent, and whether its key was there before. */
export interface DraftVariation {
  key: string;
  title: string;
  percent: number | undefined;
  isKept: boolean;
}

interface Draft {
  name: string;
  title: string;
  description: string;
  hypothesis: string;
  engine: string;
  params: Record<string, unknown>;
  variations: DraftVariation[];
  coveragePercent: number | undefined;
  seed: string;
  metrics: ExperimentMetric[];
}

/** An experiment while somebody writes it. */
export function useExperimentDraft(options: {
  existing: () => Experiment | undefined;
  taken: () => readonly string[];
}) {
  const engines = useContributionsOf('experiment');
  const isNameOwn = ref(false);
  const draft = reactive<Draft>({
    name: '',
    title: '',
    description: '',
    hypothesis: '',
    engine: '',
    params: {},
    variations: [
      { key: 'control', title: t('experiments.controlTitle'), percent: 50, isKept: false },
      { key: 'treatment', title: t('experiments.treatmentTitle'), percent: 50, isKept: false },
    ],
    coveragePercent: 100,
    seed: '',
    metrics: [],
  });

  watch(
    options.existing,
    (found) => {
      if (!found || isNameOwn.value) return;
      const { name, title, description, hypothesis, engine, params, variations, coverage, seed, metrics } = found;
      Object.assign(draft, {
        ...{ name, title, description, hypothesis, engine, seed },
        params: { ...params },
        variations: variations.map((item) => ({
          key: item.key,
          title: item.title,
          percent: toPercent(item.weight),
          isKept: true,
        })),
        coveragePercent: toPercent(coverage),
        metrics: metrics.map((item) => ({ ...item })),
      });
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
    engines,
    ([first]) => {
      if (first && draft.engine === '') chooseEngine(first.id);
    },
    { immediate: true },
  );

  function chooseEngine(id: string): void {
    const chosen = engines.value.find((item) => item.id === id);
    if (!chosen) return;
    draft.engine = id;
    draft.params = initialValues(fieldsOf(chosen.params));
  }

  const missing = computed(() => missingWeight(draft.variations.map((item) => item.percent ?? 0)));

  return {
    draft,
    engines,
    engine: computed(() => engines.value.find((item) => item.id === draft.engine)),
    chooseEngine,
    missing,
    rename(name: string): void {
      isNameOwn.value = true;
      draft.name = name;
    },
    addVariation(): void {
      draft.variations.push({ key: '', title: '', percent: 0, isKept: false });
      spreadEvenly();
    },
    removeVariation(index: number): void {
      draft.variations.splice(index, 1);
      spreadEvenly();
    },
    spreadEvenly,
    input: computed<ExperimentInput>(() => ({
      name: draft.name,
      title: draft.title,
      description: draft.description,
      hypothesis: draft.hypothesis,
      engine: draft.engine,
      params: { ...draft.params } as JsonSchema, // made by a form from its schema
      variations: draft.variations.map((item, index) => ({
        key: item.key || keyFromTitle(item.title) || `arm_${index + 1}`,
        title: item.title,
        weight: (item.percent ?? 0) / 100,
      })),
      coverage: (draft.coveragePercent ?? 0) / 100,
      seed: draft.seed,
      metrics: draft.metrics.filter((item) => item.metric !== '').map((item) => ({ ...item })),
    })),
  };

  function spreadEvenly(): void {
    const weights = evenWeights(draft.variations.length);
    draft.variations.forEach((item, index) => (item.percent = weights[index]));
  }
}

function toPercent(share: number): number {
  return Math.round(share * 10_000) / 100;
}
