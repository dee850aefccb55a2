import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PluginKind } from '@pelton/contract';
import type { PluginDefinition } from '@pelton/sdk';
import { checkConformance } from '@pelton/sdk/testing';
import { describe, expect, test } from 'vitest';

const PLUGINS = fileURLToPath(new URL('../../plugins', import.meta.url));
const CONNECTOR_TESTS = fileURLToPath(new URL('../connectors', import.meta.url));
const names = readdirSync(PLUGINS);
/** The sentences of the server that the page knows in its languages, of which all know the same. */
const SENTENCES = fileURLToPath(new URL('../../apps/web/src/i18n/ko/server.json', import.meta.url));
const known = new Set(Object.keys(JSON.parse(readFileSync(SENTENCES, 'utf8')) as object));

/** The titles and descriptions in a plugin's manifest or in what a contribution says of itself, its forms included. */
function wordsOf(value: unknown, key = ''): string[] {
  if (typeof value === 'string') return key === 'title' || key === 'description' ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => wordsOf(inner, name));
}

describe.each(names)('%s', (name) => {
  const packageJson = JSON.parse(readFileSync(join(PLUGINS, name, 'package.json'), 'utf8')) as {
    description: string;
    pelton: { contributes: { kind: string }[]; entry: string };
  }; // checked by the kit

  const load = async () => {
    const entry = pathToFileURL(join(PLUGINS, name, packageJson.pelton.entry)).href;
    return ((await import(entry)) as { default: PluginDefinition }).default;
  };

  test('keeps the contract, as built', async () => {
    expect(checkConformance(await load(), packageJson)).toEqual([]);
  });

  test('says nothing that the page cannot say in each of its languages', async () => {
    const { contributions } = await load();
    const words = [packageJson, ...contributions.map(({ spec }) => spec)].flatMap((each) => wordsOf(each));
    expect(words.filter((text) => !known.has(text))).toEqual([]);
  });

  test('is named after its kind and has a README', () => {
    const kinds = new Set(packageJson.pelton.contributes.map((item) => item.kind));
    expect([...kinds]).toEqual([name.split('-')[0]]);
    expect(readFileSync(join(PLUGINS, name, 'README.md'), 'utf8').length).toBeGreaterThan(400);
  });
});

test('there is a plugin of each of the five kinds', () => {
  expect(new Set(names.map((name) => name.split('-')[0]))).toEqual(new Set(PluginKind.options));
});

test('each connector moves known rows of a real system in a test of its own', () => {
  const files = readdirSync(CONNECTOR_TESTS).filter((name) => name.endsWith('.spec.ts'));
  const tests = files.map((name) => readFileSync(join(CONNECTOR_TESTS, name), 'utf8')).join('\n');
  const ids = names.filter((name) => name.startsWith('connector-')).map((name) => name.slice('connector-'.length));
  expect(ids.filter((id) => !tests.includes(`'${id}'`))).toEqual([]);
});
