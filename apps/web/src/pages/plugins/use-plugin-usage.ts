import type { Plugin } from '@pelton/contract';
import { useConnections } from '@/api/connections';
import { useExperiments } from '@/api/experiments';
import { useMetrics } from '@/api/metrics';
import { useTags } from '@/api/tags';
import { t } from '@/i18n';

/** How many connections, metrics, tags and experiments of this project are made from a plugin, in words. */
export function usePluginUsage() {
  const { data: connections } = useConnections();
  const { data: metrics } = useMetrics();
  const { data: tags } = useTags();
  const { data: experiments } = useExperiments();

  return ({ contributes }: Plugin): string => {
    const has = (kind: string, id: string) => contributes.some((item) => item.kind === kind && item.id === id);
    const counts = {
      connections: connections.value?.filter((item) => has(item.kind, item.uses)).length ?? 0,
      metrics: metrics.value?.filter((item) => has('metric', item.template)).length ?? 0,
      tags: tags.value?.filter((item) => has('tagging', item.template)).length ?? 0,
      experiments: experiments.value?.filter((item) => has('experiment', item.engine)).length ?? 0,
    };
    const words = Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([noun, count]) => t(`plugins.used.${noun}`, { count }, count));
    return words.join(', ') || t('plugins.used.none');
  };
}
