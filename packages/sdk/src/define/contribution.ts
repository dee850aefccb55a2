import { type PluginKind, refusedParam, type SpecOf, toJsonSchema } from '@pelton/contract';
import type { z } from 'zod';

/**
 * One contribution as core sees it: `spec` is data, `calls` are functions from one JSON argument to a JSON answer, so
 * that the plugin may live in another process. Authors do not write this; the `define…` functions make it.
 */
export interface Contribution<K extends PluginKind> {
  kind: K;
  spec: SpecOf<K>;
  calls: CallsOf[K];
}

/** A contribution of any kind; `kind` tells which. */
export type AnyContribution = { [K in PluginKind]: Contribution<K> }[PluginKind];

/** The calls of each kind, as they cross the border. */
export interface CallsOf {
  connector: import('./connector.js').ConnectorCalls;
  metric: import('./metric.js').MetricCalls;
  tagging: import('./tagging.js').TaggingCalls;
  experiment: import('./experiment.js').ExperimentCalls;
  channel: import('./channel.js').ChannelCalls;
}

/** A plugin: a list of contributions, exported as the default of its entry. */
export interface PluginDefinition {
  contributions: AnyContribution[];
}

/** Declares a plugin. Everything about it is known from this value; importing it has no other effect. */
export function definePlugin(plugin: PluginDefinition): PluginDefinition {
  return plugin;
}

/**
 * Reads parameters with the author's schema.
 * @throws PARAM_INVALID naming the first parameter at fault
 */
export function readParams<S extends z.ZodType>(schema: S, params: unknown): z.output<S> {
  const result = schema.safeParse(params);
  if (result.success) return result.data;
  throw refusedParam(result.error.issues, toJsonSchema(schema));
}

/** What every contribution says about itself. */
export interface Described {
  /** Unique among all installed contributions of its kind. */
  id: string;
  title: string;
  /** One sentence on what it is for. */
  description: string;
  /** Name of a Tabler icon, such as `chart-line`. */
  icon: string;
}
