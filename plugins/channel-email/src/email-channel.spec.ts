import { readFileSync } from 'node:fs';
import { checkConformance } from '@pelton/sdk/testing';
import { expect, test } from 'vitest';
import { emailChannel } from './email-channel.js';
import plugin from './index.js';

const config = { host: 'smtp.example.com', from: 'shop@example.com' };

test('the plugin keeps the contract', () => {
  const packageJson: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  expect(checkConformance(plugin, packageJson)).toEqual([]);
});

test('the fields that are rendered for each user say so', () => {
  const properties = emailChannel.spec.content['properties'] as Record<string, { ui?: { widget?: string } }>;
  const widgets = Object.entries(properties).map(([name, { ui }]) => [name, ui?.widget]);
  expect(widgets).toEqual([
    ['subject', 'template'],
    ['preheader', 'template'],
    ['html', 'html'],
    ['text', 'template'],
  ]);
});

test.each<[string, object]>([
  ['from', { from: 'shop@example.com\r\nBcc: thief@example.com' }],
  ['from', { from: 'shop@example.com, thief@example.com' }],
  ['from', { from: 'Shop <shop@example.com>' }],
  ['fromName', { fromName: 'Shop\r\nBcc: thief@example.com' }],
  ['replyTo', { replyTo: 'a@example.com\nX: y' }],
  ['host', { host: 'smtp.example.com/x' }],
  ['host', { host: '' }],
  ['port', { port: 70_000 }],
  ['secure', { secure: 'ssl' }],
])('a wrong %s is refused before anything is sent: %j', async (field, wrong) => {
  const argument = { config: { ...config, ...wrong }, secrets: {}, batch: [] };
  await expect(emailChannel.calls.send(argument)).rejects.toMatchObject({ code: 'PARAM_INVALID', facts: { field } });
});

test('a batch of nothing needs no server', async () => {
  expect(await emailChannel.calls.send({ config, secrets: {}, batch: [] })).toEqual([]);
});
