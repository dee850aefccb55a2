import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { messages as en } from './en';
import { messages as ko } from './ko';
import { messages as zh } from './zh';

/** Not a dot, because keys under `server` are sentences. */
const SEPARATOR = '>';
const source = fileURLToPath(new URL('..', import.meta.url));

function keysOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, inner]) => keysOf(inner, path ? path + SEPARATOR + name : name));
}

function textsOf(value: unknown): string[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [String(value)];
}

/** `{count}` and the like, each once. */
function placeholders(text: string): string[] {
  return [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
}

const english = keysOf(en).sort();

describe.each([
  ['ko', ko],
  ['zh', zh],
])('%s', (_tag, messages) => {
  test('has the same keys as English', () => {
    expect(keysOf(messages).sort()).toEqual(english);
  });

  test('fills in the same values as English', () => {
    const pairs = keysOf(en).map((key) => [key, placeholders(read(en, key)), placeholders(read(messages, key))]);
    expect(pairs.filter(([, wanted, found]) => String(wanted) !== String(found))).toEqual([]);
  });

  test('has no empty text', () => {
    expect(textsOf(messages).filter((text) => text.trim() === '')).toEqual([]);
  });
});

test('every key that the code names exists', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(vue|ts)$/.test(file));
  const used = files.flatMap((file) => {
    const text = readFileSync(join(source, file), 'utf8');
    return [...text.matchAll(/(?<![\w.])t\(\s*'([\w.-]+)'/g)].map(([, key]) => `${key} in ${file}`);
  });
  const known = new Set(english.map((key) => key.replaceAll(SEPARATOR, '.')));
  expect(used.filter((use) => !known.has(use.split(' ')[0] ?? ''))).toEqual([]);
});

function read(tree: unknown, key: string): string {
  return String(key.split(SEPARATOR).reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], tree));
}
