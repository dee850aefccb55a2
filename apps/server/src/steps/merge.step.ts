import { AppError, type Column, phrase, toJsonSchema } from '@pelton/contract';
import { bind, join, type Sql, sql } from '@pelton/sdk';
import { z } from 'zod';
import { cellColumns } from './row-values.js';
import type { QueryKind } from './step-kind.js';
import { type Side, sideValues, unionColumns } from './union-columns.js';

const NEEDS = [{ name: 'user_id', family: 'text' as const }];
const PORTS = ['first', 'second', 'third', 'fourth'].map((name) => ({
  name,
  title: name.charAt(0).toUpperCase() + name.slice(1),
  needs: NEEDS,
  optional: true,
}));

const Params = z.object({});

/** Brings users of several ways together. It goes on with those who arrive in a run, from whichever way. */
export const mergeStep: QueryKind<z.infer<typeof Params>> = {
  kind: 'query',
  isKept: true,
  takesWhoArrives: true,
  type: {
    uses: 'core/merge',
    title: 'Merge',
    description: 'Brings the users of several ways together, each user once',
    layer: 'control',
    role: 'control',
    icon: 'git-merge',
    params: toJsonSchema(Params),
    inputs: PORTS,
    outputs: [{ name: 'users', title: 'Users' }],
  },
  params: Params,
  summary: () => phrase`each user once`,
  async compile({ inputs }) {
    const sides = PORTS.flatMap(({ name }) => {
      const relation = inputs[name];
      return relation ? [{ port: name, relation }] : [];
    });
    if (sides.length === 0) throw new AppError('INPUT_MISSING', { port: 'First' });
    const columns = unionColumns(sides);
    const queries = sides.map((side, place) => sideQuery(side, columns, place));
    const user = sql`tupleElement(kept.cells, ${bind('UInt32', columns.findIndex(({ name }) => name === 'user_id') + 1)})`;
    // Whoever arrives several times gets the row of the first input.
    return sql`SELECT ${cellColumns(columns)} FROM (${join(queries, ' UNION ALL ')}) AS kept WHERE ${user} != '' ORDER BY kept.place, sipHash128(kept.cells) LIMIT 1 BY ${user}`;
  },
};

/** The rows as tuples, so that no name of a column can be in the way. */
function sideQuery(side: Side, columns: readonly Column[], place: number): Sql {
  return sql`SELECT tuple(${join(sideValues(side, columns))}) AS cells, ${bind('UInt8', place)} AS place FROM (${side.relation.sql}) AS source`;
}
