import { expect, test } from 'vitest';
import { connectionSchema, splitSecrets } from './connection-schema';

const spec = { config: { type: 'object', properties: { host: { type: 'string' } } }, secrets: ['apiKey'] };

test('secrets stand in the form as fields that are only written', () => {
  expect(connectionSchema(spec)).toMatchObject({
    properties: { host: { type: 'string' }, apiKey: { title: 'Api key', ui: { widget: 'secret' } } },
  });
});

test('configuration and secrets are sent apart, and empty ones not at all', () => {
  expect(splitSecrets({ host: 'db', user: '', port: 5432, apiKey: 's3cret' }, spec.secrets)).toEqual({
    config: { host: 'db', port: 5432 },
    secrets: { apiKey: 's3cret' },
  });
  expect(splitSecrets({ host: 'db', apiKey: '' }, spec.secrets).secrets).toEqual({});
});
