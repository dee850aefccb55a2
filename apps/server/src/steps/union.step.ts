import { type Column, phrase, toJsonSchema } from '@pelton/contract';
import { identifier, join, type Sql, sql } from '@pelton/sdk';
import { z } from 'zod';
import { inputOf, refuseTwice } from './columns.js';
import type { QueryKind } from './step-kind.js';
import { type Side, sideValues, unionColumns } from './union-columns.js';

const PORTS = [
  { name: 'first', title: 'First', needs: [], optional: false, isAlike: true },
  { name: 'second', title: 'Second', needs: [], optional: false, isAlike: true },
  { name: 'third', title: 'Third', needs: [], optional: true, isAlike: true },
  { name: 'fourth', title: 'Fourth', needs: [], optional: true, isAlike: true },
];

const Params = z.object({
  origin: z
    .string()
    .default('')
    .meta({
      title: 'Column that tells the input',
      description: 'A new column that says first, second, third or fourth',
      ui: { placeholder: 'none' },
    }),
});

export const unionStep: QueryKind<z.infer<typeof Params>> = {
  kind: 'query',
  isKept: false,
  type: {
    uses: 'core/union',
    title: 'Union',
    description: 'Puts the rows of several inputs under each other; a column that one lacks is empty there',
    layer: 'shape',
    role: 'transform',
    icon: 'stack-2',
    params: toJsonSchema(Params),
    inputs: PORTS,
    outputs: [{ name: 'rows', title: 'Rows' }],
  },
  params: Params,
  summary: ({ origin }) => (origin ? phrase`all rows, ${origin} tells the input` : phrase`all rows of all inputs`),
  async compile({ params, inputs }) {
    const connected = PORTS.filter(({ name, optional }) => !optional || inputs[name]);
    const sides = connected.map(({ name }) => ({ port: name, relation: inputOf(inputs, name) }));
    const columns = unionColumns(sides);
    if (params.origin) refuseTwice([...columns.map(({ name }) => name), params.origin], 'origin');
    const queries = sides.map((side) => sideQuery(side, columns, params.origin));
    return join(queries, ' UNION ALL ');
  },
};

function sideQuery(side: Side, columns: readonly Column[], origin: string): Sql {
  const values = sideValues(side, columns).map(
    (value, index) => sql`${value} AS ${identifier(columns[index]?.name ?? '')}`,
  );
  const told = origin ? [sql`${side.port} AS ${identifier(origin)}`] : [];
  return sql`SELECT ${join([...values, ...told])} FROM (${side.relation.sql}) AS source`;
}
