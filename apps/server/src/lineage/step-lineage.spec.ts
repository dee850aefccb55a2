import { describeColumn, type LineageEdge, type Step } from '@pelton/contract';
import { expect, test } from 'vitest';
import { step } from '../journeys/testing/journey-steps.js';
import { LineageDraft } from './lineage-draft.js';
import { addStep, type KnownStep } from './step-lineage.js';
import type { QueryTrace } from './trace-query.js';

const ORDERS = [describeColumn('who', 'String'), describeColumn('amount', 'Float64')];
const known = (of: Step, more: Partial<KnownStep> = {}): KnownStep => ({
  ...{
    pipeline: 'shop',
    within: 'Shop',
    step: of,
    title: of.id,
    columns: ['who', 'amount'],
    inputs: {},
    needs: {},
    trace: undefined,
  },
  ...{ datasets: new Map([['dataset_price_list', 'price-list']]), calls: undefined },
  ...more,
});

/** What leads to and from a step when it is added after one that gives orders. */
function edgesOf(added: KnownStep): LineageEdge[] {
  const draft = new LineageDraft();
  draft.node('step', 'shop/orders', { columns: ['who', 'amount'] });
  for (const id of ['step/called/input', 'step/called/last']) draft.node('step', id.slice('step/'.length));
  addStep(draft, added);
  return draft.done().edges;
}
const pairs = (...names: string[]) => names.map((name) => ({ from: name, to: name }));

test('SQL of one’s own comes by column from what arrives, from datasets and from events', () => {
  const price = { table: 'p1.dataset_price_list', column: 'price' };
  const sku = { table: 'p1.dataset_price_list', column: 'sku' };
  const total = { table: 'p1.events', column: 'properties.total' };
  const trace: QueryTrace = {
    columns: { who: [{ port: 'rows', column: 'who' }], price: [], total: [] },
    rows: [{ port: 'rows', column: 'amount' }],
    tables: {
      columns: { who: [], price: [price], total: [total] },
      rows: [sku, { table: 'p1.events', column: 'event' }],
    },
  };
  const sql = step('sql', 'core/sql', { query: '…' }, { rows: 'orders' });
  expect(edgesOf(known(sql, { inputs: { rows: ORDERS }, trace }))).toEqual([
    { from: 'step/shop/orders', to: 'step/shop/sql', columns: pairs('who'), rows: ['amount'] },
    { from: 'dataset/price-list', to: 'step/shop/sql', columns: pairs('price'), rows: ['sku'] },
    { from: 'event/', to: 'step/shop/sql', columns: pairs('total'), rows: [] },
  ]);
});

test('rows that are kept go into the dataset, by column, before any run', () => {
  const kept = step('kept', 'core/to-dataset', { dataset: 'orders' }, { rows: 'orders' });
  expect(edgesOf(known(kept, { inputs: { rows: ORDERS } }))).toContainEqual({
    ...{ from: 'step/shop/kept', to: 'dataset/orders' },
    ...{ columns: pairs('who', 'amount'), rows: [] },
  });
});

test('a call leads into the pipeline that is called, and back', () => {
  const call = step('call', 'core/pipeline', { pipeline: 'called' }, { rows: 'orders' });
  const edges = edgesOf(
    known(call, { inputs: { rows: ORDERS }, calls: { pipeline: 'called', takes: ['input'], gives: ['last'] } }),
  );
  expect(edges.map(({ from, to }) => [from, to])).toEqual([
    ['step/shop/orders', 'step/shop/call'],
    ['step/shop/call', 'step/called/input'],
    ['step/called/last', 'step/shop/call'],
  ]);
});
