import { describeColumn, type Graph, type InputPort } from '@pelton/contract';
import { expect, test } from 'vitest';
import { explainConnection } from './explain-connection';

const step = (id: string, inputs: Record<string, string> = {}) => ({ id, uses: 'core/filter', with: {}, inputs });
const graph: Graph = { steps: [step('orders'), step('paid', { rows: 'orders' }), step('tag')], layout: {} };
const rows: InputPort = { name: 'rows', title: 'Rows', needs: [], optional: false };
const users: InputPort = { ...rows, name: 'users', needs: [{ name: 'user_id', family: 'text' }] };

const explain = (from: string, to: string, port: string, columns = [describeColumn('CustomerID', 'Float64')]) =>
  explainConnection(
    { step: from, port: 'rows' },
    { step: to, port },
    {
      graph,
      inputsOf: (id) => (id === 'tag' ? [users] : [rows]),
      columnsOf: (ref) => (ref.step === 'tag' ? undefined : columns),
      columnsOfRef: () => undefined,
    },
  );

test('a wire that fits is not refused', () => {
  expect(explain('orders', 'paid', 'rows')).toBeUndefined();
  expect(explain('orders', 'tag', 'users', [describeColumn('user_id', 'String')])).toBeUndefined();
});

test('a missing column is named, with what stands in its place', () => {
  expect(explain('paid', 'tag', 'users')).toMatchObject({
    kind: 'columns',
    wire: { column: 'user_id', wanted: 'text', closest: [{ name: 'CustomerID', family: 'number' }] },
  });
});

test('a wire to itself or back is refused', () => {
  expect(explain('paid', 'paid', 'rows')).toEqual({ kind: 'self' });
  expect(explain('paid', 'orders', 'rows')).toEqual({ kind: 'circle' });
});

test('columns that nobody knows yet refuse nothing', () => {
  expect(explain('tag', 'paid', 'rows')).toBeUndefined();
});

test('ports that become one refuse a column of another family', () => {
  const [first, second] = ['first', 'second'].map((name) => ({ ...rows, name, title: name, isAlike: true }));
  const joined: Graph = { ...graph, steps: [...graph.steps, step('union', { first: 'orders' })] };
  const refusal = explainConnection(
    { step: 'paid', port: 'rows' },
    { step: 'union', port: 'second' },
    {
      graph: joined,
      inputsOf: () => [first, second].flatMap((port) => port ?? []),
      columnsOf: () => [describeColumn('amount', 'String')],
      columnsOfRef: () => [describeColumn('amount', 'Float64')],
    },
  );
  expect(refusal).toMatchObject({
    kind: 'alike',
    problem: { column: 'amount', found: 'text', wanted: 'number', port: 'first' },
  });
});
