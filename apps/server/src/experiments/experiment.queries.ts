import type { Experiment, Sql } from '@pelton/contract';
import { bind, identifier, instant, sql } from '@pelton/sdk';
import { bucketRanges } from '@pelton/stats';

/**
 * FNV-1a, 32 bits, over the bytes of a text, as SQL.
 * @see https://datatracker.ietf.org/doc/html/draft-eastlake-fnv
 */
function fnv1a32(text: Sql): Sql {
  const bytes = sql`arrayMap(position -> toUInt64(reinterpretAsUInt8(substring(${text}, position, 1))), range(1, length(${text}) + 1))`;
  return sql`arrayFold((hash, byte) -> bitAnd(bitXor(hash, byte) * 16777619, 4294967295), ${bytes}, toUInt64(2166136261))`;
}

/**
 * GrowthBook's hash, version 2: where a user lies between 0 and 1 for a seed.
 * @see packages/stats, which has the same function in TypeScript; a test compares the two
 */
export function hashQuery(userId: Sql, seed: string): Sql {
  const inner = fnv1a32(sql`concat(${bind('String', seed)}, ${userId})`);
  return sql`(${fnv1a32(sql`toString(${inner})`)} % 10000) / 10000`;
}

/**
 * Which variation each user of a relation gets; users outside the coverage are left out.
 * @returns SELECT user_id, variation
 */
export function chooseVariationQuery(
  users: Sql,
  experiment: Pick<Experiment, 'name' | 'seed' | 'coverage' | 'variations'>,
): Sql {
  const ranges = bucketRanges(
    experiment.coverage,
    experiment.variations.map((variation) => variation.weight),
  );
  const branches = experiment.variations.flatMap(({ key }, index) => {
    const [start, end] = ranges[index] ?? [0, 0];
    return [
      sql`position >= ${bind('Float64', start)} AND position < ${bind('Float64', end)}, ${bind('String', key)}, `,
    ];
  });
  const chosen = branches.reduce((all, branch) => sql`${all}${branch}`, sql``);
  const placed = sql`SELECT user_id, ${hashQuery(sql`user_id`, experiment.seed || experiment.name)} AS position FROM (SELECT DISTINCT user_id FROM (${users}) WHERE user_id != '')`;
  return sql`SELECT user_id, multiIf(${chosen}'') AS variation FROM (${placed}) WHERE variation != ''`;
}

/** Everybody's first assignment in an experiment before as-of: SELECT user_id, variation, at. */
export function assignmentsQuery(database: string, experiment: string, asOf: string): Sql {
  return firstAssignments(database, sql`experiment_id = ${experiment} AND at <= ${instant(asOf)}`);
}

/** An id that was assigned and turned out to be an older one of a user is that user: who had two has the first one. */
function firstAssignments(database: string, where: Sql): Sql {
  const given = sql`SELECT user_id, toString(variation) AS variation, at FROM ${identifier(database, 'assignments')} FINAL WHERE ${where}`;
  const resolved = sql`SELECT if(who.user_id != '', who.user_id, given.user_id) AS person, given.user_id AS id, given.variation AS given_variation, given.at AS given_at FROM (${given}) AS given LEFT JOIN ${identifier(database, 'identities')} AS who ON who.identifier = given.user_id`;
  return sql`SELECT person AS user_id, argMin(given_variation, (given_at, id)) AS variation, min(given_at) AS at FROM (${resolved}) GROUP BY person`;
}

/**
 * The users of a relation with their variation: the one they have, or the one that they get now.
 * @returns SELECT user_id, variation, at, is_new
 */
export function decideQuery(
  users: Sql,
  experiment: Pick<Experiment, 'name' | 'seed' | 'coverage' | 'variations'>,
  database: string,
  asOf: string,
): Sql {
  const chosen = chooseVariationQuery(users, experiment);
  const stored = firstAssignments(database, sql`experiment_id = ${experiment.name}`);
  const wanted = sql`SELECT DISTINCT user_id FROM (${users})`;
  const kept = sql`SELECT user_id, variation, at, false AS is_new FROM (${stored}) WHERE user_id IN (${wanted})`;
  const added = sql`SELECT user_id, variation, ${instant(asOf)} AS at, true AS is_new FROM (${chosen}) WHERE user_id NOT IN (SELECT user_id FROM (${stored}))`;
  return sql`${kept} UNION ALL ${added}`;
}

/**
 * All users of a relation with the variation that an experiment was decided for. Nobody is assigned by it, so the results
 * stay those of the experiment.
 * @returns SELECT user_id, variation, at, is_new
 */
export function winnerQuery(users: Sql, variation: string, asOf: string): Sql {
  return sql`SELECT DISTINCT user_id, ${variation} AS variation, ${instant(asOf)} AS at, false AS is_new FROM (${users}) WHERE user_id != ''`;
}
