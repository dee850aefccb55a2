import type { ContributionSpec, StepType } from '@pelton/contract';
import { expect, test } from 'vitest';
import { bestFirst, filterGroups, paletteGroups, sectionsOf } from './palette-items';

const type = (uses: string, title: string, layer: StepType['layer']): StepType => ({
  uses,
  title,
  layer,
  description: `${title} does something`,
  role: 'transform',
  icon: 'filter',
  params: {},
  inputs: [],
});
const sum: ContributionSpec = { kind: 'metric', id: 'sum', title: 'Sum', description: '', icon: 'sum', params: {} };
const groups = paletteGroups({
  types: [type('core/filter', 'Filter', 'shape'), type('core/metric', 'Metric', 'understand')],
  contributions: [sum, { ...sum, kind: 'tagging', id: 'behaviour' }],
  definitions: {
    metric: [{ name: 'revenue', title: 'Revenue', description: '' }],
    tag: [{ name: 'lapsed', title: 'Lapsed', description: '' }],
    experiment: [],
    message: [],
  },
});

test('each layer offers kinds of steps, then what exists, then what can be made', () => {
  expect(groups.map(({ layer, items }) => [layer, items.map(({ key }) => key)])).toEqual([
    ['understand', ['core/metric', 'core/metric:revenue', 'core/metric+sum']],
    ['shape', ['core/filter']],
  ]);
});

test('a definition is used by a step that names it', () => {
  expect(groups[0]?.items[1]).toMatchObject({ uses: 'core/metric', title: 'Revenue', with: { metric: 'revenue' } });
});

test('within a layer, what is used most comes first, and connectors stand by kind of system', () => {
  const [collect] = paletteGroups({
    types: [
      { ...type('mysql/read', 'MySQL', 'collect'), group: 'databases' },
      { ...type('file/read', 'File', 'collect'), group: 'files' },
      type('core/to-events', 'To events', 'collect'),
    ],
    contributions: [],
    definitions: { metric: [], tag: [], experiment: [], message: [] },
  });
  expect(collect && sectionsOf(collect).map(({ name, items }) => [name, items.map(({ uses }) => uses)])).toEqual([
    ['project', ['core/to-events']],
    ['files', ['file/read']],
    ['databases', ['mysql/read']],
  ]);
});

test('finds by words in any order and leaves empty groups out', () => {
  const found = filterGroups(groups, 'someTHING filter', (item) => `${item.title} ${item.description}`);
  expect(found.map(({ layer }) => layer)).toEqual(['shape']);
  expect(filterGroups(groups, ' ', () => '')).toEqual(groups);
});

test('what bears the word in its title comes before what only does something with it', () => {
  const items = paletteGroups({
    types: [
      { ...type('core/input', 'Trigger', 'collect'), description: 'Rows of the event that started the run' },
      type('core/to-events', 'To events', 'collect'),
      type('core/event', 'Event', 'shape'),
    ],
    contributions: [],
    definitions: { metric: [], tag: [], experiment: [], message: [] },
  }).flatMap((group) => group.items);
  expect(bestFirst(items, 'Event', ({ title }) => title).map(({ title }) => title)).toEqual([
    'Event',
    'To events',
    'Trigger',
  ]);
});
