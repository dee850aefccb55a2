import {
  ConnectorGroup,
  type ContributionSpec,
  type Experiment,
  type Layer,
  type Message,
  type Metric,
  type StepType,
  type Tag,
} from '@pelton/contract';

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
  section: SectionName;
  with: Record<string, string>;
  template?: Template;
}

export interface PaletteGroup {
  layer: Layer;
  items: PaletteItem[];
}

/**
 * Where an item stands within its layer.
 * - `project`: what works on the project's own data
 * - the groups of connectors: what reaches another system
 * - `existing`, `new`: definitions that there are, and what makes one
 */
export const SECTIONS = ['project', ...ConnectorGroup.options, 'existing', 'new'] as const;
export type SectionName = (typeof SECTIONS)[number];

export interface PaletteSection {
  name: SectionName;
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

const LAYERS: readonly Layer[] = ['collect', 'understand', 'operate', 'reach', 'control', 'shape'];
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
  const all = [...types.map(typeItem), ...existing, ...templates];
  return LAYERS.map((layer) => ({ layer, items: all.filter((item) => item.layer === layer) })).filter(
    ({ items }) => items.length > 0,
  );
}

/** The items of a layer by section, in the order in which they are used most. */
export function sectionsOf({ items }: PaletteGroup): PaletteSection[] {
  return SECTIONS.map((name) => ({ name, items: items.filter(({ section }) => section === name) })).filter(
    (section) => section.items.length > 0,
  );
}

function typeItem({ uses, title, description, icon, layer, group }: StepType): PaletteItem {
  return { key: uses, uses, title, description, icon, layer, kind: 'type', section: group ?? 'project', with: {} };
}

function definitionItem(
  { uses, icon, layer }: StepType,
  noun: Template['noun'],
  { name, title, description }: { name: string; title: string; description: string },
): PaletteItem {
  return {
    key: `${uses}:${name}`,
    uses,
    title,
    description,
    icon,
    layer,
    kind: 'definition',
    section: 'existing',
    with: { [noun]: name },
  };
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
    section: 'new',
    with: {},
    template: { noun, spec },
  };
}

/** All words by which an item is found. @param translated what the server calls it, in the page's language */
export function wordsOfItem(item: PaletteItem, translated: (text: string) => string): string {
  return [item.title, translated(item.title), item.description, item.uses].join(' ');
}

/** What an item is called; a definition bears the name that somebody gave it. */
export function titleOfItem(
  { kind, title }: PaletteItem,
  translated: (text: string) => string,
  t: (key: string, values: Record<string, unknown>) => string,
): string {
  if (kind === 'definition') return title;
  return kind === 'template' ? t('palette.new', { title: translated(title) }) : translated(title);
}

/** Items that were found, those first whose title begins with what was looked for, then those whose title has it. */
export function bestFirst(
  items: readonly PaletteItem[],
  search: string,
  titled: (item: PaletteItem) => string,
): PaletteItem[] {
  const words = wordsOf(search);
  const rank = (item: PaletteItem) => {
    const title = titled(item).toLowerCase();
    if (title.startsWith(words.join(' '))) return 0;
    return words.every((word) => title.includes(word)) ? 1 : 2;
  };
  return items
    .map((item) => ({ item, rank: rank(item) }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ item }) => item);
}

const wordsOf = (search: string) => search.toLowerCase().split(/\s+/).filter(Boolean);

/** The groups with the items that a person looks for; words in any order. */
export function filterGroups(
  groups: readonly PaletteGroup[],
  search: string,
  textOf: (item: PaletteItem) => string,
): PaletteGroup[] {
  const words = wordsOf(search);
  if (words.length === 0) return [...groups];
  const matches = (item: PaletteItem) => {
    const text = textOf(item).toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return groups
    .map(({ layer, items }) => ({ layer, items: items.filter(matches) }))
    .filter(({ items }) => items.length > 0);
}
