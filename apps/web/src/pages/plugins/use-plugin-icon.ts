import type { Plugin } from '@pelton/contract';
import { useContributions } from '@/api/plugins';

/** A plugin wears the icon of the first thing that it brings. */
export function usePluginIcon() {
  const { data } = useContributions();
  return ({ contributes: [first] }: Pick<Plugin, 'contributes'>): string =>
    data.value?.find((spec) => spec.kind === first?.kind && spec.id === first?.id)?.icon ?? 'puzzle';
}
