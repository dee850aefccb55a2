import { studentCdf, studentQuantile } from './distributions.js';
import type { Estimate } from './estimate.js';

/** A treatment against a control. Null where users or spread do not suffice, and the lift where the control's mean is zero. */
export interface Comparison {
  difference: number | null;
  standardError: number | null;
  degreesOfFreedom: number | null;
  /** Two-sided, of the difference. */
  pValue: number | null;
  /** Of the difference, at 1 − alpha. */
  interval: [number, number] | null;
  /** Difference as a share of the size of the control's mean, so that its sign is that of the difference. */
  lift: number | null;
  liftStandardError: number | null;
  /** Two-sided, of the lift; differs a little from `pValue`, because the control's mean is uncertain too. */
  liftPValue: number | null;
  liftInterval: [number, number] | null;
}

/**
 * Welch's test of two estimates: unequal variances, Welch–Satterthwaite degrees of freedom on the absolute variances, and
 * the delta method for the relative lift. Means, proportions and ratios are all compared so, as GrowthBook does.
 * @param alpha two-sided significance level, such as 0.05 for 95 % intervals
 * @see Welch (1947), “The generalization of Student's problem when several different population variances are involved”
 * @see https://docs.growthbook.io/statistics/details for the lift
 */
export function compareEstimates(control: Estimate, treatment: Estimate, alpha: number): Comparison {
  if (control.mean === null || treatment.mean === null) return nothing;
  const difference = treatment.mean - control.mean;
  const lift = control.mean === 0 ? null : difference / Math.abs(control.mean);
  const degreesOfFreedom = welchDegreesOfFreedom(control, treatment);
  if (control.variance === null || treatment.variance === null || degreesOfFreedom === null)
    return { ...nothing, difference, lift };

  const controlError = control.variance / control.users;
  const treatmentError = treatment.variance / treatment.users;
  const test = (effect: number, standardError: number) => testEffect(effect, standardError, degreesOfFreedom, alpha);
  const absolute = test(difference, Math.sqrt(controlError + treatmentError));
  const relative =
    lift === null
      ? null
      : test(
          lift,
          Math.sqrt(treatmentError + controlError * (treatment.mean / control.mean) ** 2) / Math.abs(control.mean),
        );
  return {
    difference,
    ...absolute,
    degreesOfFreedom,
    lift,
    liftStandardError: relative?.standardError ?? null,
    liftPValue: relative?.pValue ?? null,
    liftInterval: relative?.interval ?? null,
  };
}

const nothing: Comparison = {
  difference: null,
  standardError: null,
  degreesOfFreedom: null,
  pValue: null,
  interval: null,
  lift: null,
  liftStandardError: null,
  liftPValue: null,
  liftInterval: null,
};

/** Null when neither arm has any spread. */
function welchDegreesOfFreedom(a: Estimate, b: Estimate): number | null {
  if (!a.variance && !b.variance) return null;
  const errorA = (a.variance ?? 0) / a.users;
  const errorB = (b.variance ?? 0) / b.users;
  return (errorA + errorB) ** 2 / (errorA ** 2 / (a.users - 1) + errorB ** 2 / (b.users - 1));
}

function testEffect(effect: number, standardError: number, degreesOfFreedom: number, alpha: number) {
  const half = studentQuantile(1 - alpha / 2, degreesOfFreedom) * standardError;
  const pValue = 2 * studentCdf(-Math.abs(effect) / standardError, degreesOfFreedom);
  const interval: [number, number] = [effect - half, effect + half];
  return { standardError, pValue, interval };
}
