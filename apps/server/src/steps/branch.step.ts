import {
  Condition,
  listPhrases,
  type OutputPort,
  phrase,
  type Relation,
  type Rule,
  type Sql,
  toJsonSchema,
} from '@pelton/contract';
import { bind, compileCondition, conditionPhrase, identifier, join, sql, type Vantage } from '@pelton/sdk';
import { z } from 'zod';
import { conditionAt } from './at-field.js';
import { columnAt, inputOf } from './columns.js';
import { cellColumns, sourceColumn } from './row-values.js';
import type { ActionKind } from './step-kind.js';

const ELSE = 'else';
/** Letters of any language, digits, spaces, dashes and underscores: a wire names the port. */
const PORT_NAME = /^[\p{L}\p{N}][\p{L}\p{N} _-]{0,39}$/u;

const Branch = z.object({
  name: z
    .string()
    .trim()
    .min(1, 'Give the branch a name')
    .refine((name) => PORT_NAME.test(name), 'Use letters, digits, spaces, dashes and underscores, at most 40')
    .refine((name) => name !== ELSE, 'That is where rows go that meet no condition; choose another name')
    .meta({ title: 'Name' }),
  condition: Condition.meta({ title: 'Rows where', ui: { widget: 'condition', of: 'rows' } }),
});

const Params = z.object({
  branches: z
    .array(Branch)
    .min(1, 'Add at least one branch')
    .max(20)
    .refine(
      (branches) => new Set(branches.map(({ name }) => name)).size === branches.length,
      'Give each branch a name of its own',
    )
    .meta({ title: 'Branches', description: 'A row goes the way of the first whose condition it meets' }),
});
type Params = z.infer<typeof Params>;

/** Parts rows by conditions: each goes the way of the first that it meets, or `else`. */
export const branchStep: ActionKind<Params> = {
  kind: 'action',
  type: {
    uses: 'core/branch',
    title: 'Branch',
    description: 'Parts rows by conditions; each goes the way of the first that it meets, or else the last way',
    layer: 'control',
    role: 'control',
    icon: 'git-branch',
    params: toJsonSchema(Params),
    inputs: [{ name: 'rows', title: 'Rows', needs: [], optional: false }],
  },
  params: Params,
  summary: ({ branches }) =>
    listPhrases(
      branches.map(({ name, condition }) => phrase`${name}: ${conditionPhrase(condition) ?? phrase`all rows`}`),
      ' · ',
    ),
  outputs: (params) => portsOf(params),

  async columns({ params, inputs, asOf, timezone }) {
    const rows = inputOf(inputs, 'rows');
    branchQuery(params, rows, { asOf, timezone });
    return Object.fromEntries(portsOf(params).map(({ name }) => [name, rows.columns]));
  },

  async run({ params, inputs, project: { admin, database }, asOf, timezone, stage, show, signal }) {
    const rows = inputOf(inputs, 'rows');
    const parted = branchQuery(params, rows, { asOf, timezone });
    show(parted);
    const table = stage('rows');
    await admin.run(sql`CREATE OR REPLACE TABLE ${identifier(table)} ENGINE = MergeTree ORDER BY way AS ${parted}`, {
      signal,
    });
    const counts = await admin.rows<{ way: number; rows: number }>(
      sql`SELECT way, count() AS rows FROM ${identifier(table)} GROUP BY way`,
    );
    const cells = cellColumns(rows.columns);
    const way = (index: number): Relation => ({
      sql: sql`SELECT ${cells} FROM ${identifier(database, table)} AS kept WHERE kept.way = ${bind('UInt8', index)}`,
      columns: rows.columns,
    });
    const ports = portsOf(params).map(({ name }, index) => [name, index] as const);
    return {
      outputs: Object.fromEntries(ports.map(([name, index]) => [name, way(index)])),
      rows: Object.fromEntries(
        ports.map(([name, index]) => [name, counts.find((count) => count.way === index)?.rows ?? 0]),
      ),
    };
  },
};

function portsOf({ branches }: Params): OutputPort[] {
  return [...branches.map(({ name }) => ({ name, title: name })), { name: ELSE, title: 'Else' }];
}

/**
 * Each row beside the number of its way, so that no name of a column can be in the way.
 * @returns SELECT way UInt8, cells: a tuple of all columns
 * @throws PARAM_INVALID naming the branch whose condition does not fit the rows
 */
function branchQuery({ branches }: Params, rows: Relation, from: Vantage): Sql {
  const tests = branches.map(({ condition }, index) => {
    const field = `branches.${index}.condition`;
    const resolve = (rule: Rule) => {
      const { name, family } = columnAt(rows, rule.field, field);
      return { sql: sourceColumn(name), family };
    };
    const holds = conditionAt(field, () => compileCondition(condition, resolve, from));
    return sql`${holds}, ${bind('UInt8', index)}, `;
  });
  const cells = join(rows.columns.map(({ name }) => sourceColumn(name)));
  const otherwise = bind('UInt8', branches.length);
  return sql`SELECT multiIf(${join(tests, '')}${otherwise}) AS way, tuple(${cells}) AS cells FROM (${rows.sql}) AS source`;
}
