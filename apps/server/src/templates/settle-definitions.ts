import { isDeepStrictEqual } from 'node:util';
import type { ExperimentInput, Graph, MessageInput, MetricInput, TagInput, TemplateDefinition } from '@pelton/contract';
import type { FrozenDefinitions } from '../steps/run-definitions.js';
import type { TemplatePlan } from './template.js';

/** A plan whose names fit a project: `metrics` and so on are those that have to be made. */
export interface SettledPlan {
  graph: Graph;
  metrics: MetricInput[];
  tags: TagInput[];
  experiments: ExperimentInput[];
  messages: MessageInput[];
  /** Those that are made and those that are there already. */
  definitions: TemplateDefinition[];
}

/**
 * Fits a plan to the definitions that a project has: one that means the same is used, not made again; one that means
 * something else keeps its name, and the new one gets another.
 */
export function settleDefinitions(plan: TemplatePlan, existing: FrozenDefinitions): SettledPlan {
  const metrics = settle('metric', plan.metrics ?? [], existing.metrics, hasSameParams);
  const planned = (plan.experiments ?? []).map((experiment) => ({
    ...experiment,
    metrics: experiment.metrics.map((used) => ({ ...used, metric: metrics.nameOf(used.metric) })),
  }));
  const tags = settle('tag', plan.tags ?? [], existing.tags, hasSameParams);
  const experiments = settle('experiment', planned, existing.experiments, isSameExperiment);
  const messages = settle('message', plan.messages ?? [], existing.messages, isSameMessage);
  const nouns = { metric: metrics, tag: tags, experiment: experiments, message: messages };
  return {
    graph: { ...plan.graph, steps: plan.graph.steps.map((step) => ({ ...step, with: renamed(step.with, nouns) })) },
    metrics: metrics.made,
    tags: tags.made,
    experiments: experiments.made,
    messages: messages.made,
    definitions: Object.values(nouns).flatMap(({ definitions }) => definitions),
  };
}

interface Settled<T> {
  made: T[];
  definitions: TemplateDefinition[];
  nameOf(planned: string): string;
}

function settle<T extends { name: string; title: string }, E extends { name: string; title: string }>(
  noun: TemplateDefinition['noun'],
  planned: readonly T[],
  existing: readonly E[],
  isSame: (one: T, other: E) => boolean,
): Settled<T> {
  const taken = new Set(existing.map(({ name }) => name));
  const names = new Map<string, string>();
  const settled: Settled<T> = { made: [], definitions: [], nameOf: (name) => names.get(name) ?? name };
  for (const each of planned) {
    const same = existing.find((other) => isSame(each, other));
    const name = same?.name ?? freeName(each.name, taken);
    taken.add(name);
    names.set(each.name, name);
    if (!same) settled.made.push({ ...each, name });
    settled.definitions.push({ noun, name, title: same?.title ?? each.title, isNew: !same });
  }
  return settled;
}

function renamed(params: Graph['steps'][number]['with'], nouns: Record<string, { nameOf(planned: string): string }>) {
  return Object.fromEntries(
    Object.entries(params).map(([key, value]) => [
      key,
      typeof value === 'string' && nouns[key] ? nouns[key].nameOf(value) : value,
    ]),
  );
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name}-${number}`)) number++;
  return `${name}-${number}`;
}

type Parameters = { name: string; template: string; params: Record<string, unknown> };

/** What a definition's page adds, such as a unit or a break-down, does not make it another one. */
function hasSameParams(one: Parameters, other: Parameters): boolean {
  return (
    one.template === other.template &&
    (one.name === other.name || one.template === 'behaviour') &&
    Object.entries(one.params).every(([key, value]) => isDeepStrictEqual(without(value), without(other.params[key])))
  );
}

/** As it was written: a stored definition holds defaults, too, which mean the same as nothing. */
function without(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(without);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).filter(
      ([key, each]) => each !== undefined && !(key === 'times' && each === 1) && !isEmptyCondition(each),
    ),
  );
}

function isEmptyCondition(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'rules' in value && isDeepStrictEqual(value.rules, []);
}

function isSameExperiment(one: ExperimentInput, other: ExperimentInput): boolean {
  return (
    one.name === other.name &&
    one.coverage === other.coverage &&
    isDeepStrictEqual(one.variations, other.variations) &&
    isDeepStrictEqual(one.metrics, other.metrics)
  );
}

/** A message of the template's name is taken to be the one that was made of it and then written. */
function isSameMessage(one: MessageInput, other: MessageInput): boolean {
  return one.name === other.name && one.connection === other.connection;
}
