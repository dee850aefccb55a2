import { describeCondition } from '@pelton/sdk';
import type { BehaviourParams, BehaviourRule } from './params.js';

/** The tag in one sentence: `did not Order Completed in the last 90 days, and did Order Completed at least once`. */
export function readBehaviour({ match, rules, who, values }: BehaviourParams): string {
  const whose = describeCondition(who);
  const all = rules.map(readRule).join(match === 'all' ? ', and ' : ', or ');
  const then = values === 'latest' ? '' : '; values of users and items at the time of the event';
  return `${all}${whose && `; only users whose ${whose}`}${then}`;
}

function readRule({ kind, event, times, days, where }: BehaviourRule): string {
  const which = describeCondition(where);
  return [
    kind === 'did' ? 'did' : 'did not',
    event || (kind === 'did' ? 'anything' : 'do anything'),
    which && `(${which})`,
    times > 1 ? `at least ${times} times` : kind === 'did' && 'at least once',
    days && `in the last ${days === 1 ? 'day' : `${days} days`}`,
  ]
    .filter(Boolean)
    .join(' ');
}
