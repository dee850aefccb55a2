import type { Connection, Experiment, Plugin, RunSummary } from '@pelton/contract';

/** Something that waits for a person. */
export type Need =
  | { kind: 'run'; id: string; title: string; steps: string[] }
  | { kind: 'connection'; name: string; title: string; reason: string }
  | { kind: 'plugin'; name: string; title: string; reason: string }
  | { kind: 'experiment'; name: string; title: string };

/**
 * The tasks of the overview, the most pressing first: what failed, then what may be decided. Of a pipeline only its
 * newest run counts, because a later one that went well has mended it.
 * @param runs newest first
 */
export function findNeeds({
  runs,
  connections,
  plugins,
  experiments,
}: {
  runs: readonly RunSummary[];
  connections: readonly Connection[];
  plugins: readonly Plugin[];
  experiments: readonly Experiment[];
}): Need[] {
  const newest = runs.filter(
    (run, index) => !run.draft && runs.findIndex((other) => !other.draft && other.pipeline === run.pipeline) === index,
  );
  return [
    ...newest
      .filter((run) => run.state === 'failed')
      .map((run): Need => ({ kind: 'run', id: run.id, title: run.pipelineTitle, steps: run.steps.failed })),
    ...connections
      .filter((connection) => connection.lastCheck?.ok === false)
      .map(({ name, title, lastCheck }): Need => ({
        kind: 'connection',
        name,
        title,
        reason: lastCheck?.message ?? '',
      })),
    ...plugins
      .filter((plugin) => plugin.state === 'failed')
      .map(({ name, title, reason = '' }): Need => ({ kind: 'plugin', name, title, reason })),
    ...experiments
      .filter((experiment) => !experiment.decision && experiment.metrics.some((metric) => metric.role === 'goal'))
      .map(({ name, title }): Need => ({ kind: 'experiment', name, title })),
  ];
}
