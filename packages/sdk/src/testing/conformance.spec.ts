import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineMetric, definePlugin, sql } from '../index.js';
import { checkConformance } from './conformance.js';

const plugin = definePlugin({
  contributions: [
    defineMetric({
      id: 'visits',
      title: 'Visits',
      description: 'Counts page views',
      icon: 'eye',
      params: z.object({
        page: z
          .string()
          .default('/')
          .meta({ ui: { widget: 'property' } }),
      }),
      shape: () => ({ type: 'count', unit: 'visits', reads: 'page views' }),
      compile: (_params, { events }) => sql`SELECT user_id, timestamp, 1 AS value FROM ${events} WHERE type = 'page'`,
    }),
  ],
});
const packageJson = {
  name: 'pelton-visits',
  version: '1.0.0',
  keywords: ['pelton-plugin', 'pelton-plugin-metric'],
  pelton: {
    apiVersion: 1,
    host: '>=0.1 <1',
    title: 'Visits',
    entry: 'dist/index.js',
    contributes: [{ kind: 'metric', id: 'visits', title: 'Visits' }],
    permissions: { network: [], secrets: [] },
  },
};

test('a plugin that keeps the contract conforms', () => {
  expect(checkConformance(plugin, packageJson)).toEqual([]);
});

test('a manifest that does not tell the truth is found out', () => {
  const wrong = {
    ...packageJson,
    keywords: [],
    pelton: { ...packageJson.pelton, apiVersion: 9, contributes: [{ kind: 'metric', id: 'views', title: 'Views' }] },
  };
  expect(checkConformance(plugin, wrong)).toEqual([
    'package.json pelton.apiVersion is 9, this core speaks 1',
    'package.json keywords lack pelton-plugin',
    'package.json keywords lack pelton-plugin-metric',
    'package.json declares metric views, which the code does not bring',
    'the code brings metric visits, which package.json does not declare',
  ]);
});

test('parameters are read with their defaults, and a wrong one is named', async () => {
  const [metric] = plugin.contributions;
  if (metric?.kind !== 'metric') throw new Error('a metric was declared');
  await expect(metric.calls.shape({ params: { page: 7 } })).rejects.toMatchObject({
    code: 'PARAM_INVALID',
    facts: { field: 'page' },
  });
});
