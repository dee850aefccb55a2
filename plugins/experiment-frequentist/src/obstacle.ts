import type { AnalysisQuestion, ArmResult, ArmStatistics } from '@pelton/sdk';
import type { Comparison } from '@pelton/stats';

/** Below this many expected users in a cell the normal approximation of a share is poor. @see Cochran (1954), Biometrics 10 */
const LEAST_EXPECTED_USERS = 5;

/** Why an arm is shown without a judgement. */
export interface Obstacle {
  reading: Extract<ArmResult['reading'], 'too-few' | 'not-clear'>;
  warnings: string[];
}

/** What stands in the way of testing an arm against the control, or null. */
export function findObstacle(
  pair: [control: ArmStatistics, arm: ArmStatistics],
  question: AnalysisQuestion,
  comparison: Comparison,
  minimumUsers: number,
): Obstacle | null {
  const names = pair.map((arm) => arm.variation).join(' and ');
  const small = pair.filter((arm) => arm.users < minimumUsers);
  if (small.length) return { reading: 'too-few', warnings: small.map((arm) => needsUsers(arm, minimumUsers)) };
  if (comparison.difference === null)
    return { reading: 'too-few', warnings: [`Nothing has happened yet that ${names} could be compared by.`] };
  if (comparison.pValue === null)
    return {
      reading: 'not-clear',
      warnings: [`All users of ${names} have the same value, so there is nothing to test.`],
    };
  if (question.type === 'proportion' && leastExpectedUsers(pair) < LEAST_EXPECTED_USERS)
    return { reading: 'too-few', warnings: [`Too few users of ${names} count, or too few do not, to test a share.`] };
  return null;
}

function needsUsers({ variation, users }: ArmStatistics, minimumUsers: number): string {
  return `${variation} has ${users} ${users === 1 ? 'user' : 'users'}; it is judged from ${minimumUsers} on.`;
}

/** The least number of users that a cell (counted or not, of either arm) would hold if the arms were alike. */
function leastExpectedUsers(pair: [ArmStatistics, ArmStatistics]): number {
  const users = pair[0].users + pair[1].users;
  const share = (pair[0].sum + pair[1].sum) / users;
  return Math.min(share, 1 - share) * Math.min(pair[0].users, pair[1].users);
}
