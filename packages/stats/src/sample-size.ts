import { normalCdf, normalQuantile } from './distributions.js';

/** Two shares to tell apart. */
export interface ProportionPlan {
  /** Share of users in the control, between 0 and 1. */
  control: number;
  /** Share of users in the treatment that is worth finding. */
  treatment: number;
  /** Two-sided significance level. */
  alpha: number;
  /**
   * The variance when nothing differs: from the control's share, as Evan Miller's calculator has it (default), or from
   * the mean of both, as R's power.prop.test has it.
   */
  nullShare?: 'control' | 'pooled';
}

/**
 * Users for each arm to find the difference with the given power, by the normal approximation. Not rounded.
 * @param power chance to find the difference when it is there, such as 0.8
 * @see https://www.evanmiller.org/ab-testing/sample-size.html
 * @see Fleiss, Levin, Paik (2003), “Statistical Methods for Rates and Proportions”, chapter 4
 */
export function usersPerArm(plan: ProportionPlan & { power: number }): number {
  const { underNull, underDifference } = deviations(plan);
  const reach = normalQuantile(1 - plan.alpha / 2) * underNull + normalQuantile(plan.power) * underDifference;
  return (reach / (plan.treatment - plan.control)) ** 2;
}

/**
 * Chance to find the difference with so many users in each arm; the inverse of {@link usersPerArm}.
 * @see R, stats::power.prop.test: the far tail is left out
 */
export function powerOfTest(plan: ProportionPlan & { usersPerArm: number }): number {
  const { underNull, underDifference } = deviations(plan);
  const difference = Math.abs(plan.treatment - plan.control) * Math.sqrt(plan.usersPerArm);
  return normalCdf((difference - normalQuantile(1 - plan.alpha / 2) * underNull) / underDifference);
}

function deviations({ control, treatment, nullShare = 'control' }: ProportionPlan) {
  const share = nullShare === 'control' ? control : (control + treatment) / 2;
  return {
    underNull: Math.sqrt(2 * share * (1 - share)),
    underDifference: Math.sqrt(control * (1 - control) + treatment * (1 - treatment)),
  };
}
