import type { ContributionSpec, StepType } from '@pelton/contract';
import { expect, test } from 'vitest';
import { filterGroups, paletteGroups } from './palette-items';

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

test('finds by words in any order and leaves empty groups out', () => {
  const found = filterGroups(groups, 'someTHING filter', (item) => `${item.title} ${item.description}`);
  expect(found.map(({ layer }) => layer)).toEqual(['shape']);
  expect(filterGroups(groups, ' ', () => '')).toEqual(groups);
});
