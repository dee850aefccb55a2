import { useStorage } from '@vueuse/core';
import { computed } from 'vue';
import { useExperiments } from '@/api/experiments';
import { useMessages } from '@/api/messages';
import { useMetrics } from '@/api/metrics';
import { useContributions } from '@/api/plugins';
import { useStepTypes } from '@/api/steps';
import { useTags } from '@/api/tags';
import { paletteGroups, type PaletteItem } from './palette-items';

const RECENT = 3;

/** What the palette offers, and what was taken from it last on this machine. */
export function usePalette() {
  const { data: types } = useStepTypes();
  const { data: contributions } = useContributions();
  const { data: metrics } = useMetrics();
  const { data: tags } = useTags();
  const { data: experiments } = useExperiments();
  const { data: messages } = useMessages();
  const recentKeys = useStorage<string[]>('pelton.recent-steps', []);

  const groups = computed(() =>
    paletteGroups({
      types: types.value ?? [],
      contributions: contributions.value ?? [],
      definitions: {
        metric: metrics.value ?? [],
        tag: tags.value ?? [],
        experiment: experiments.value ?? [],
        message: messages.value ?? [],
      },
    }),
  );
  const byKey = computed(
    () => new Map(groups.value.flatMap(({ items }) => items.map((item) => [item.key, item] as const))),
  );
  const recent = computed(() => recentKeys.value.flatMap((key) => byKey.value.get(key) ?? []));

  function used({ key }: PaletteItem) {
    recentKeys.value = [key, ...recentKeys.value.filter((each) => each !== key)].slice(0, RECENT);
  }

  return { groups, byKey, recent, used };
}

export type Palette = ReturnType<typeof usePalette>;

/** The type under which a palette item travels while it is dragged. */
export const DRAG_TYPE = 'application/x-pelton-step';
