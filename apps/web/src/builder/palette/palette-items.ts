import type { ContributionSpec, Experiment, Layer, Message, Metric, StepType, Tag } from '@pelton/contract';

/** What makes a new definition: a plugin's template. */
export interface Template {
  noun: 'metric' | 'tag' | 'experiment' | 'message';
  spec: ContributionSpec;
}

/**
 * Something to put on the canvas.
 * - a kind of step
 * - a definition that exists, used by a step
 * - a template: makes a new definition first, then the step that uses it
 */
export interface PaletteItem {
  /** `core/filter`, `core/metric:revenue`, `core/metric+sum`; stands in `data-uses`. */
  key: string;
  uses: string;
  title: string;
  description: string;
  icon: string;
  layer: Layer;
  kind: 'type' | 'definition' | 'template';
  with: Record<string, string>;
  template?: Template;
}

export interface PaletteGroup {
  layer: Layer;
  items: PaletteItem[];
}

export interface PaletteSources {
  types: readonly StepType[];
  contributions: readonly ContributionSpec[];
  definitions: Record<
    Template['noun'],
    readonly Pick<Metric | Tag | Experiment | Message, 'name' | 'title' | 'description'>[]
  >;
}

const LAYERS: readonly Layer[] = ['collect', 'understand', 'operate', 'reach', 'shape'];
const NOUNS = ['metric', 'tag', 'experiment', 'message'] as const;
const NOUN_OF_KIND = { metric: 'metric', tagging: 'tag', experiment: 'experiment', channel: 'message' } as const;

/** What the palette offers, by layer: kinds of steps, then what exists already, then what plugins can make. */
export function paletteGroups({ types, contributions, definitions }: PaletteSources): PaletteGroup[] {
  const typeOf = (uses: string) => types.find((type) => type.uses === uses);
  const existing = NOUNS.flatMap((noun) => {
    const type = typeOf(`core/${noun}`);
    return type ? definitions[noun].map((definition) => definitionItem(type, noun, definition)) : [];
  });
  const templates = contributions.flatMap((spec) => {
    if (spec.kind === 'connector') return [];
    const noun = NOUN_OF_KIND[spec.kind];
    const type = typeOf(`core/${noun}`);
    return type ? [templateItem(type, noun, spec)] : [];
  });
  // Where rows go is few and needed in every pipeline; sources are many.
  const ordered = types.toSorted((a, b) => Number(b.role === 'store') - Number(a.role === 'store'));
  const all = [...ordered.map(typeItem), ...existing, ...templates];
  return LAYERS.map((layer) => ({ layer, items: all.filter((item) => item.layer === layer) })).filter(
    ({ items }) => items.length > 0,
  );
}

function typeItem({ uses, title, description, icon, layer }: StepType): PaletteItem {
  return { key: uses, uses, title, description, icon, layer, kind: 'type', with: {} };
}

function definitionItem(
  { uses, icon, layer }: StepType,
  noun: Template['noun'],
  { name, title, description }: { name: string; title: string; description: string },
): PaletteItem {
  return { key: `${uses}:${name}`, uses, title, description, icon, layer, kind: 'definition', with: { [noun]: name } };
}

function templateItem({ uses, layer }: StepType, noun: Template['noun'], spec: ContributionSpec): PaletteItem {
  const { id, title, description, icon } = spec;
  return {
    key: `${uses}+${id}`,
    uses,
    title,
    description,
    icon,
    layer,
    kind: 'template',
    with: {},
    template: { noun, spec },
  };
}

/** The groups with the items that a person looks for; words in any order. */
export function filterGroups(
  groups: readonly PaletteGroup[],
  search: string,
  textOf: (item: PaletteItem) => string,
): PaletteGroup[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...groups];
  const matches = (item: PaletteItem) => {
    const text = textOf(item).toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return groups
    .map(({ layer, items }) => ({ layer, items: items.filter(matches) }))
    .filter(({ items }) => items.length > 0);
}
