import {
  compileCondition,
  identifier,
  instant,
  isEvent,
  resolvePropertyOf,
  type Sql,
  sql,
  type ValueTime,
  type Vantage,
} from '@pelton/sdk';
import type { BehaviourRule } from './params.js';

const DAY_MS = 86_400_000;

/** A rule as SQL. */
export interface CompiledRule {
  rule: BehaviourRule;
  /** Over events: one that the rule looks at, whenever it was. */
  matches: Sql;
  /** Over events: one that the rule counts, in its window, which includes its beginning. */
  counts: Sql;
  /** Over users: how many events counted, Int64. */
  count: Sql;
  /** Over users: when the last event that the rule looks at was, or NULL. */
  last: Sql;
  /** Over users: the rule holds. */
  holds: Sql;
}

/** @param index tells the rule's columns from those of the other rules */
export function compileRule(rule: BehaviourRule, index: number, from: Vantage, values: ValueTime): CompiledRule {
  const where = compileCondition(rule.where, resolvePropertyOf(values), from);
  const matches = sql`(${isEvent(rule.event)} AND ${where})`;
  const counts =
    rule.days === undefined ? matches : sql`(${matches} AND timestamp >= ${daysBefore(from.asOf, rule.days)})`;
  const count = identifier(`count_${index + 1}`);
  const last = identifier(`last_${index + 1}`);
  const holds = rule.kind === 'did' ? sql`${count} >= ${rule.times}` : sql`${count} < ${rule.times}`;
  return { rule, matches, counts, count, last, holds };
}

function daysBefore(asOf: string, days: number) {
  return instant(new Date(Date.parse(asOf) - days * DAY_MS).toISOString());
}
