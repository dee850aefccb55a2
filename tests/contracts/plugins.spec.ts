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

describe.each(names)('%s', (name) => {
  const packageJson = JSON.parse(readFileSync(join(PLUGINS, name, 'package.json'), 'utf8')) as {
    pelton: { contributes: { kind: string }[]; entry: string };
  }; // checked by the kit

  test('keeps the contract, as built', async () => {
    const entry = pathToFileURL(join(PLUGINS, name, packageJson.pelton.entry)).href;
    const module = (await import(entry)) as { default: PluginDefinition };
    expect(checkConformance(module.default, packageJson)).toEqual([]);
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
