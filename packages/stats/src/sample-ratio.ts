import { chiSquaredTail } from './distributions.js';

/** Below this p-value the arms do not have the sizes that were planned. */
export const SAMPLE_RATIO_ALPHA = 0.001;

/** Users that every arm should have by plan before its size is judged; GrowthBook's default. */
export const SAMPLE_RATIO_MINIMUM_USERS = 8;

/**
 * Sample ratio mismatch: Pearson's chi-squared test of the users of each arm against the planned weights. Arms of weight
 * zero are left out; with nobody, or with one arm, nothing can differ and the p-value is 1.
 * @see Fabijan et al. (2019), “Diagnosing sample ratio mismatch in online controlled experiments”, KDD
 */
export function sampleRatioPValue(users: readonly number[], weights: readonly number[]): number {
  const arms = users.map((count, index) => ({ count, weight: weights[index] ?? 0 })).filter((arm) => arm.weight > 0);
  const total = arms.reduce((sum, arm) => sum + arm.count, 0);
  const whole = arms.reduce((sum, arm) => sum + arm.weight, 0);
  if (total === 0 || arms.length < 2) return 1;
  const statistic = arms.reduce((sum, { count, weight }) => {
    const expected = (total * weight) / whole;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
  return chiSquaredTail(statistic, arms.length - 1);
}
