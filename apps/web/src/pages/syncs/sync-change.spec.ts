import type { Sync } from '@pelton/contract';
import { expect, test } from 'vitest';
import { draftOf, effectOf, inputOf } from './sync-change';

const sync: Sync = {
  name: 'orders',
  title: 'Orders',
  connection: 'shop',
  stream: { stream: 'public.orders', sheet: 2 },
  dataset: 'orders',
  mode: 'incremental',
  cursor: 'updated_at',
  primaryKey: ['id'],
  onSchemaChange: 'add-columns',
  schedule: { cron: '0 6 * * *', timezone: 'UTC', missed: 'run-once' },
  nextRunAt: null,
  lastRun: null,
  hasState: true,
  daily: [],
  updatedAt: '2026-11-22T00:00:00Z',
};
const changed = (change: Partial<ReturnType<typeof draftOf>>) => ({ ...draftOf(sync), ...change });

test('what is read again is told before it is saved', () => {
  expect(effectOf(sync, draftOf(sync))).toBe('none');
  expect(effectOf(sync, changed({ title: 'All orders', onSchemaChange: 'stop', schedule: null }))).toBe('keeps');
  expect(effectOf(sync, changed({ cursor: 'id' }))).toBe('full');
  expect(effectOf(sync, changed({ primaryKey: [] }))).toBe('full');
  expect(effectOf(sync, changed({ settings: { sheet: 3 } }))).toBe('full');
});

test('a full refresh has no cursor, and the stream keeps its name', () => {
  const input = inputOf(sync, changed({ mode: 'full_refresh', settings: { sheet: '' } }));
  expect(input).toMatchObject({ mode: 'full_refresh', stream: { stream: 'public.orders' } });
  expect(input).not.toHaveProperty('cursor');
  expect(input.stream).not.toHaveProperty('sheet');
});
