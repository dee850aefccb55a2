import { compileCondition, type Condition, type DataContext, join, resolveTrait, type Sql, sql } from '@pelton/sdk';
import { type CompiledRule, compileRule } from './compile-rule.js';
import { compileEvidence } from './evidence.js';
import type { BehaviourParams } from './params.js';

/**
 * Users of whom the rules hold.
 * @returns SELECT user_id, value (always ''), score (how often the first “did” rule counted, or NULL), evidence (why)
 */
export function compileBehaviour({ match, rules, who, values }: BehaviourParams, context: DataContext): Sql {
  const compiled = rules.map((rule, index) => compileRule(rule, index, context, values));
  const holds = compiled.map((rule) => rule.holds);
  const firstDid = compiled.find(({ rule }) => rule.kind === 'did');
  const columns = [
    sql`user_id`,
    sql`'' AS value`,
    sql`CAST(${firstDid?.count ?? sql`NULL`}, 'Nullable(Float64)') AS score`,
    sql`${compileEvidence(compiled, context.timezone)} AS evidence`,
  ];
  const people = holdsWithoutEvents(match, rules) ? countEverybody(compiled, context) : countDoers(compiled, context);
  const { known, isWanted } = narrow(who, context);
  return sql`SELECT ${join(columns)} FROM (${people}) AS people${known} WHERE (${join(holds, match === 'all' ? ' AND ' : ' OR ')})${isWanted}`;
}

/** Do the rules hold of a user who never did anything? Then those must be found whom no event names. */
function holdsWithoutEvents(match: BehaviourParams['match'], rules: BehaviourParams['rules']): boolean {
  const isDidNot = (rule: BehaviourParams['rules'][number]) => rule.kind === 'did_not';
  return match === 'all' ? rules.every(isDidNot) : rules.some(isDidNot);
}

/** One pass over the events that any rule looks at. */
function countDoers(rules: CompiledRule[], { events }: DataContext): Sql {
  const seen = rules.map(({ rule, matches, counts }) => (rule.kind === 'did' ? counts : matches));
  return sql`SELECT user_id, ${countColumns(rules)} FROM ${events} WHERE ${join(seen, ' OR ')} GROUP BY user_id`;
}

/** The same, with a row for everybody who has any event or any trait. */
function countEverybody(rules: CompiledRule[], { events, users }: DataContext): Sql {
  const counts = sql`SELECT user_id, ${countColumns(rules)} FROM ${events} GROUP BY user_id`;
  const none = rules.map(({ count, last }) => sql`0 AS ${count}, NULL AS ${last}`);
  const merged = rules.map(({ count, last }) => sql`sum(each.${count}) AS ${count}, max(each.${last}) AS ${last}`);
  return sql`SELECT user_id, ${join(merged)} FROM (${counts} UNION ALL SELECT user_id, ${join(none)} FROM ${users}) AS each GROUP BY user_id`;
}

function countColumns(rules: CompiledRule[]): Sql {
  return join(
    rules.map(
      ({ counts, matches, count, last }) =>
        sql`toInt64(countIf(${counts})) AS ${count}, maxOrNullIf(timestamp, ${matches}) AS ${last}`,
    ),
  );
}

/** A user without traits is looked at like one whose traits are all empty. */
function narrow(who: Condition, context: DataContext): { known: Sql; isWanted: Sql } {
  if (who.rules.length === 0) return { known: sql``, isWanted: sql`` };
  return {
    known: sql` LEFT JOIN ${context.users} AS known USING (user_id)`,
    isWanted: sql` AND ${compileCondition(who, resolveTrait, context)}`,
  };
}
