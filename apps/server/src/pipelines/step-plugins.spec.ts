import { AppError, type Graph, type JsonSchema, type PluginPin } from '@pelton/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestDocuments, type TestDocuments } from '../infra/testing/test-documents.js';
import type { MessagesService } from '../messages/messages.service.js';
import type { PluginsService } from '../plugins/plugins.service.js';
import type { DefinitionsService } from '../steps/definitions.service.js';
import { RunDefinitions } from '../steps/run-definitions.js';
import { PluginFormSchema } from './plugin-form.schema.js';
import { StepPlugins } from './step-plugins.service.js';

const PROJECT = 'p';
const GRAPH: Graph = {
  steps: [
    { id: 'rows', uses: 'shop/read', with: { stream: 'orders' }, inputs: {} },
    { id: 'sent', uses: 'shop/write', with: {}, inputs: { rows: 'rows' } },
    { id: 'kept', uses: 'core/filter', with: {}, inputs: { rows: 'rows' } },
  ],
  layout: {},
};
const form = (...required: string[]): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(required.map((name) => [name, { type: 'string', title: name.toUpperCase() }])),
  required,
});

let documents: TestDocuments;
let plugins: StepPlugins;
/** The plugin that is installed: one at a time. */
let installed: { plugin: string; version: string; stream: JsonSchema; target: JsonSchema } | undefined;

beforeAll(async () => {
  documents = await openTestDocuments();
  const registry = {
    get(kind: string, id: string) {
      if (!installed || id !== 'shop') throw new AppError('CONTRIBUTION_UNKNOWN', { kind, id });
      const { plugin, version, stream, target } = installed;
      return { kind, plugin, version, spec: { kind, id, stream, writes: { target } } };
    },
  } as unknown as PluginsService; // what is installed is all that is asked
  const nothing = new RunDefinitions({ metrics: [], tags: [], experiments: [], messages: [] });
  const definitions = { current: () => Promise.resolve(nothing) } as unknown as DefinitionsService; // no step names one
  plugins = new StepPlugins(
    await documents.model('PluginForm', PluginFormSchema),
    registry,
    definitions,
    {} as MessagesService, // no step sends
  );
});
afterAll(() => documents.close());
beforeEach(() => {
  installed = { plugin: 'shop-plugin', version: '1.0.0', stream: form('stream'), target: form('table') };
});

const pin = (version: string, plugin = 'shop-plugin'): PluginPin => ({
  plugin,
  version,
  kind: 'connector',
  id: 'shop',
});

test('a version pins the plugin of each step that has one', async () => {
  expect(await plugins.pin(PROJECT, GRAPH, {})).toEqual({ rows: pin('1.0.0'), sent: pin('1.0.0') });
});

describe('when another version of the plugin is installed', () => {
  test('steps stay pinned to the one that they were filled in by, and new ones are of the new one', async () => {
    const before = await plugins.pin(PROJECT, GRAPH, {});
    installed = { ...installed!, version: '1.1.0' };
    const [rows] = GRAPH.steps;
    const more = { ...GRAPH, steps: [...GRAPH.steps, { ...rows!, id: 'again' }] };
    expect(await plugins.pin(PROJECT, more, before)).toEqual({ ...before, again: pin('1.1.0') });
  });

  test('the upgrade of a step tells what of its own form is new, gone or different', async () => {
    const before = await plugins.pin(PROJECT, GRAPH, {});
    installed = { ...installed!, version: '2.0.0', stream: form('stream', 'since') };
    const upgrades = await plugins.upgrades(PROJECT, GRAPH, before);
    expect(upgrades.map(({ step, from, to }) => [step, from, to])).toEqual([
      ['rows', '1.0.0', '2.0.0'],
      ['sent', '1.0.0', '2.0.0'],
    ]);
    expect(upgrades[0]?.changes).toMatchObject([{ field: 'since', title: 'SINCE', what: 'added', isNeeded: true }]);
    expect(upgrades[1]?.changes).toEqual([]);
  });

  test('nothing is told of a step that took it, nor of one whose plugin is another or gone', async () => {
    installed = { ...installed!, version: '2.0.0' };
    expect(await plugins.upgrades(PROJECT, GRAPH, { rows: pin('2.0.0'), sent: pin('1.0.0', 'other') })).toEqual([]);
    installed = undefined;
    expect(await plugins.upgrades(PROJECT, GRAPH, { rows: pin('1.0.0') })).toEqual([]);
  });
});
