import { Condition, phrase, type Rule, toJsonSchema } from '@pelton/contract';
import { compileCondition, conditionPhrase, identifier, sql } from '@pelton/sdk';
import { z } from 'zod';
import { conditionAt } from './at-field.js';
import { columnOf, inputOf } from './columns.js';
import type { QueryKind } from './step-kind.js';

const Params = z.object({
  condition: Condition.meta({ title: 'Keep rows where', ui: { widget: 'condition', of: 'rows' } }),
});

export const filterStep: QueryKind<z.infer<typeof Params>> = {
  kind: 'query',
  isKept: false,
  type: {
    uses: 'core/filter',
    title: 'Filter',
    description: 'Keeps the rows that meet a condition',
    layer: 'shape',
    role: 'transform',
    icon: 'filter',
    params: toJsonSchema(Params),
    inputs: [{ name: 'rows', title: 'Rows', needs: [], optional: false }],
    outputs: [{ name: 'rows', title: 'Rows' }],
  },
  params: Params,
  summary: ({ condition }) => conditionPhrase(condition) ?? phrase`all rows`,
  async compile({ params, inputs, asOf, timezone }) {
    const rows = inputOf(inputs, 'rows');
    const resolve = (rule: Rule) => ({ sql: identifier(rule.field), family: columnOf(rows, rule.field).family });
    const holds = conditionAt('condition', () => compileCondition(params.condition, resolve, { asOf, timezone }));
    return sql`SELECT * FROM (${rows.sql}) WHERE ${holds}`;
  },
};
