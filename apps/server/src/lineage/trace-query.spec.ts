import { describeColumn, type Sql } from '@pelton/contract';
import { sql } from '@pelton/sdk';
import { type Engine, openEngine } from '@pelton/sdk/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { filterStep } from '../steps/filter.step.js';
import { formulaStep } from '../steps/formula.step.js';
import { joinStep } from '../steps/join.step.js';
import { sqlStep } from '../steps/sql.step.js';
import type { AnyStepKind } from '../steps/step-kind.js';
import { stepContext } from '../steps/testing/step-context.js';
import { markedInputs, traceQuery } from './trace-query.js';

let engine: Engine;
beforeAll(() => {
  engine = openEngine();
  engine.table('facts', { user_id: 'String', amount: 'Float64', paid: 'Bool' }, []);
});
afterAll(() => engine.close());

const orders = [
  describeColumn('order id', 'String'),
  describeColumn('amount', 'Nullable(Float64)'),
  describeColumn('status', 'LowCardinality(String)'),
  describeColumn('who', 'String'),
];
const people = [describeColumn('who', 'String'), describeColumn('plan', 'String')];

const explain = (query: Sql) => Promise.resolve(engine.rows<{ explain: string }>(query));

async function traceStep(kind: AnyStepKind, params: object, ports: Parameters<typeof markedInputs>[0]) {
  const context = stepContext(kind, params, markedInputs(ports));
  const query = kind.kind === 'query' ? await kind.compile(context) : await kind.rowsQuery?.(context);
  if (!query) throw new Error(`${kind.type.uses} has no query`);
  return traceQuery(query, Object.keys(ports), ports, explain);
}

describe('the engine tells what a step makes its columns of', () => {
  test('a filter gives each column on, and one column decides about rows', async () => {
    const condition = { combinator: 'and', rules: [{ field: 'status', operator: '=', value: 'paid' }] };
    const trace = await traceStep(filterStep, { condition }, { rows: orders });
    expect(trace.columns['order id']).toEqual([{ port: 'rows', column: 'order id' }]);
    expect(trace.columns['amount']).toEqual([{ port: 'rows', column: 'amount' }]);
    expect(trace.rows).toEqual([{ port: 'rows', column: 'status' }]);
  });

  test('a formula makes a new column of those that it names', async () => {
    const columns = [{ name: 'label', formula: "concat(who, ' ', toString(amount))" }];
    const trace = await traceStep(formulaStep, { columns }, { rows: orders });
    expect(trace.columns['label']).toEqual([
      { port: 'rows', column: 'who' },
      { port: 'rows', column: 'amount' },
    ]);
    expect(trace.columns['status']).toEqual([{ port: 'rows', column: 'status' }]);
  });

  test('a join takes columns of both sides and decides by its keys', async () => {
    const trace = await traceStep(joinStep, { keys: [{ left: 'who' }] }, { left: orders, right: people });
    expect(trace.columns['plan']).toEqual([{ port: 'right', column: 'plan' }]);
    expect(trace.columns['amount']).toEqual([{ port: 'left', column: 'amount' }]);
    expect(trace.rows).toEqual(
      expect.arrayContaining([
        { port: 'left', column: 'who' },
        { port: 'right', column: 'who' },
      ]),
    );
  });

  test('tables that a query reads by itself are told with their columns', async () => {
    const query = sql`SELECT user_id, sum(amount) AS total FROM facts WHERE paid GROUP BY user_id`;
    const { tables, rows } = await traceQuery(query, [], {}, explain);
    const facts = (column: string) => ({ table: 'default.facts', column });
    expect(tables).toEqual({
      columns: { user_id: [facts('user_id')], total: [facts('amount')] },
      rows: [facts('paid'), facts('user_id')],
    });
    expect(rows).toEqual([]);
  });

  test('SQL of one’s own tells its columns of what arrives and of tables', async () => {
    const query = `SELECT input.who, facts.amount * 2 AS twice FROM input INNER JOIN facts ON facts.user_id = input.who`;
    const trace = await traceStep(sqlStep, { query }, { rows: people });
    expect(trace.columns).toEqual({ who: [{ port: 'rows', column: 'who' }], twice: [] });
    expect(trace.tables.columns['twice']).toEqual([{ table: 'default.facts', column: 'amount' }]);
    expect(trace.rows).toEqual([{ port: 'rows', column: 'who' }]);
    expect(trace.tables.rows).toEqual([{ table: 'default.facts', column: 'user_id' }]);
  });
});
