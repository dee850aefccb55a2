import type {
  ContributionSpec,
  ExperimentInput,
  JsonSchema,
  MessageInput,
  MetricInput,
  TagInput,
} from '@pelton/contract';

/** What the form of a new definition holds, whatever its noun. */
export interface NewDefinition {
  title: string;
  /** By the template's own schema; the content of a message. */
  params: Record<string, unknown>;
  /** Of an experiment. */
  variations: NewVariation[];
  metrics: string[];
  /** Of a message: the connection that carries it. */
  connection: string;
}

export interface NewVariation {
  title: string;
  /** Whole percent of the users. */
  percent: number;
}

/** The schema that the template's own part of the form is drawn from. */
export function schemaOf(spec: ContributionSpec): JsonSchema {
  if (spec.kind === 'channel') return spec.content;
  return spec.kind === 'connector' ? spec.config : spec.params;
}

export function startVariations(titles: readonly [string, string]): NewVariation[] {
  return titles.map((title) => ({ title, percent: 50 }));
}

/** The same share for each; what does not divide evenly goes to the first ones. */
export function splitEvenly(variations: readonly NewVariation[]): NewVariation[] {
  const each = Math.floor(100 / variations.length);
  const rest = 100 - each * variations.length;
  return variations.map(({ title }, index) => ({ title, percent: each + (index < rest ? 1 : 0) }));
}

export function toTemplated(name: string, template: string, { title, params }: NewDefinition): MetricInput & TagInput {
  return { name, title, description: '', template, params: params as JsonSchema }; // made by a form
}

export function toMessage(name: string, { title, params, connection }: NewDefinition): MessageInput {
  return { name, title, description: '', connection, content: params as JsonSchema }; // made by a form
}

export function toExperiment(name: string, engine: string, definition: NewDefinition): ExperimentInput {
  const { title, params, variations, metrics } = definition;
  return {
    name,
    title,
    description: '',
    hypothesis: '',
    engine,
    params: params as JsonSchema, // made by a form
    variations: variations.map((variation, index) => ({
      key: variationKey(variations, index),
      title: variation.title,
      weight: variation.percent / 100,
    })),
    coverage: 1,
    seed: '',
    metrics: metrics.map((metric) => ({ metric, role: 'goal', windowDays: 14 })),
  };
}

/** The name that the port of a variation bears: from its title where that has Latin letters, else from its place. */
export function variationKey(variations: readonly Pick<NewVariation, 'title'>[], index: number): string {
  const keys: string[] = [];
  for (const [at, { title }] of variations.slice(0, index + 1).entries()) {
    const plain = title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_+|_+$/g, '');
    const key = /^[a-z]/.test(plain) ? plain : `variation_${at + 1}`;
    keys.push(keys.includes(key) ? `${key}_${at + 1}` : key);
  }
  return keys[index] ?? '';
}
