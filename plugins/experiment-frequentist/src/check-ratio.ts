import type { RatioCheck } from '@pelton/sdk';
import { SAMPLE_RATIO_ALPHA, SAMPLE_RATIO_MINIMUM_USERS, sampleRatioPValue } from '@pelton/stats';

/**
 * Sample ratio mismatch: warns when chance alone would give such arms less than once in a thousand experiments.
 * Arms are judged once each should have eight users by plan; an arm that stays empty is found out then.
 */
export function checkRatio(arms: { users: number; weight: number }[]): RatioCheck {
  const planned = arms.filter((arm) => arm.weight > 0);
  const total = planned.reduce((sum, arm) => sum + arm.users, 0);
  const whole = planned.reduce((sum, arm) => sum + arm.weight, 0);
  if (planned.some((arm) => (total * arm.weight) / whole < SAMPLE_RATIO_MINIMUM_USERS))
    return {
      pValue: null,
      passes: true,
      note: `Too few users to check: each arm should have ${SAMPLE_RATIO_MINIMUM_USERS} by plan.`,
    };
  const pValue = sampleRatioPValue(
    arms.map((arm) => arm.users),
    arms.map((arm) => arm.weight),
  );
  return pValue < SAMPLE_RATIO_ALPHA
    ? {
        pValue,
        passes: false,
        note: `The arms do not have the planned sizes (${words(pValue)}). Find out how users are lost or doubled before trusting any result.`,
      }
    : { pValue, passes: true, note: `The arms have the planned sizes (${words(pValue)}).` };
}

function words(pValue: number): string {
  return pValue < 0.0001 ? 'p < 0.0001' : `p = ${Number(pValue.toPrecision(2))}`;
}
