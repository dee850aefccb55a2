import type { Connection, StepType } from '@pelton/contract';
import { expect, test } from 'vitest';
import { destinationsOf, sendingGraph } from './sending-graph';

const type: StepType = {
  uses: 'postgres/write',
  title: 'To PostgreSQL',
  description: '',
  layer: 'reach',
  role: 'reach',
  icon: 'database',
  params: {
    type: 'object',
    properties: {
      connection: { type: 'string', ui: { widget: 'connection', of: 'postgres' } },
      table: { type: 'string' },
      mode: { type: 'string', enum: ['append', 'update'], default: 'append' },
    },
    required: ['connection', 'table'],
  },
  inputs: [{ name: 'rows', title: 'Rows', needs: [], optional: false }],
};
const connection = (name: string, uses: string) => ({ name, uses }) as Connection;

test('rows can be sent by steps that write, not by messages', () => {
  expect(destinationsOf([{ ...type, uses: 'core/message' }, type])).toEqual([type]);
});

test('both steps stand there, wired, with the only connection that fits', () => {
  const connections = [connection('crm', 'postgres'), connection('api', 'http')];
  expect(sendingGraph({ noun: 'tag', name: 'lapsed' }, type, connections).steps).toEqual([
    { id: 'tag', uses: 'core/tag', with: { tag: 'lapsed' }, inputs: {} },
    {
      ...{ id: 'destination', uses: 'postgres/write', inputs: { rows: 'tag' } },
      with: { connection: 'crm', table: '', mode: 'append' },
    },
  ]);
});

test('of several connections a person chooses', () => {
  const connections = [connection('crm', 'postgres'), connection('shop', 'postgres')];
  const [, destination] = sendingGraph({ noun: 'dataset', name: 'orders' }, type, connections).steps;
  expect(destination?.with['connection']).toBe('');
});
