import { join, type Sql, sql } from '@pelton/sdk';
import type { CompiledRule } from './compile-rule.js';

/**
 * Why a user has the tag: a short reason for each rule that holds, such as `3 × Order Completed, last 18 Feb 2011`.
 * @param timezone of the dates
 * @returns String
 */
export function compileEvidence(rules: CompiledRule[], timezone: string): Sql {
  const reasons = rules.map((rule) => sql`if(${rule.holds}, ${reasonOf(rule, timezone)}, '')`);
  return sql`arrayStringConcat(arrayFilter(reason -> reason != '', [${join(reasons)}]), '; ')`;
}

function reasonOf({ rule, count, last }: CompiledRule, timezone: string): Sql {
  const date = sql`ifNull(formatDateTime(${last}, '%e %b %Y', ${timezone}), '')`;
  const counted = sql`concat(toString(${count}), ${` × ${rule.event || 'event'}, last `}, ${date})`;
  if (rule.kind === 'did') return counted;
  const none = sql`concat(${`no ${rule.event || 'event'} since `}, ${date})`;
  return sql`multiIf(${last} IS NULL, ${`never ${rule.event || 'any event'}`}, ${count} = 0, ${none}, ${counted})`;
}
