import { PipelineFile } from '@pelton/contract';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { toPipelineFile } from './pipeline-file.js';
import { toYaml } from './to-yaml.js';

const pipeline = { name: 'win-back', title: 'Win back lapsed buyers', description: '' };
const file = PipelineFile.parse({
  ...pipeline,
  steps: [
    { id: 'orders', uses: 'file/read', with: { connection: 'shop-exports', stream: 'online_retail' } },
    {
      id: 'paid',
      uses: 'core/filter',
      title: 'Paid only',
      with: { condition: { combinator: 'and', rules: [{ field: 'status', operator: '=', value: 'paid' }] } },
      inputs: { rows: 'orders' },
    },
    { id: 'query', uses: 'core/sql', with: { query: 'SELECT *\nFROM input' } },
  ],
  layout: { paid: { x: 0, y: 120 }, orders: { x: 0, y: 0 } },
});
const { name: _name, title: _title, description: _description, draft: _draft, ...graph } = file;
const text = toYaml(toPipelineFile(pipeline, graph, false), 'https://pelton.example/schema/pipeline.json');

test('reads like a person would write it', () => {
  expect(text).toBe(`# yaml-language-server: $schema=https://pelton.example/schema/pipeline.json
name: win-back
title: Win back lapsed buyers
steps:
  - id: orders
    uses: file/read
    with: { connection: shop-exports, stream: online_retail }
  - id: paid
    uses: core/filter
    title: Paid only
    with:
      condition:
        combinator: and
        rules:
          - { field: status, operator: =, value: paid }
    inputs: { rows: orders }
  - id: query
    uses: core/sql
    with:
      query: |-
        SELECT *
        FROM input
layout:
  orders: { x: 0, y: 0 }
  paid: { x: 0, y: 120 }
`);
});

test('says the same when it is read again', () => {
  expect(PipelineFile.parse(parse(text))).toEqual(file);
});
