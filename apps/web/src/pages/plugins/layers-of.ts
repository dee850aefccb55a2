import type { Layer, Plugin, PluginKind } from '@pelton/contract';

/** The layer that a kind of contribution belongs to. */
export const layerOfKind: Record<PluginKind, Exclude<Layer, 'shape'>> = {
  connector: 'collect',
  metric: 'understand',
  tagging: 'understand',
  experiment: 'operate',
  channel: 'reach',
};

/** The layers that a plugin brings something to, each once. */
export function layersOf({ contributes }: Pick<Plugin, 'contributes'>): Layer[] {
  return [...new Set(contributes.map((item) => layerOfKind[item.kind]))];
}

/** How many contributions of each kind a plugin brings, in their order. */
export function countKinds({ contributes }: Pick<Plugin, 'contributes'>): { kind: PluginKind; count: number }[] {
  const counts = new Map<PluginKind, number>();
  for (const { kind } of contributes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => ({ kind, count }));
}

/** True when a plugin or something that it brings is called so. */
export function matches(
  plugin: Pick<Plugin, 'name' | 'title' | 'description' | 'contributes'>,
  search: string,
): boolean {
  const wanted = search.toLowerCase();
  const texts = [plugin.name, plugin.title, plugin.description, ...plugin.contributes.map((item) => item.title)];
  return texts.some((text) => text.toLowerCase().includes(wanted));
}
