import chiSquaredCdf from '@stdlib/stats-base-dists-chisquare-cdf';
import standardNormalCdf from '@stdlib/stats-base-dists-normal-cdf';
import standardNormalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import tCdf from '@stdlib/stats-base-dists-t-cdf';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';

// The only file that knows which library computes distributions; the others see plain functions.

/** Probability that a standard normal value is at most `x`. */
export function normalCdf(x: number): number {
  return standardNormalCdf(x, 0, 1);
}

/** The standard normal value below which a share `probability` lies. */
export function normalQuantile(probability: number): number {
  return standardNormalQuantile(probability, 0, 1);
}

/** Probability that a value of Student's t is at most `x`. */
export function studentCdf(x: number, degreesOfFreedom: number): number {
  return tCdf(x, degreesOfFreedom);
}

/** The value of Student's t below which a share `probability` lies. */
export function studentQuantile(probability: number, degreesOfFreedom: number): number {
  return tQuantile(probability, degreesOfFreedom);
}

/** Probability that a chi-squared value is greater than `x`; exact to 1e-15 absolute. */
export function chiSquaredTail(x: number, degreesOfFreedom: number): number {
  return Math.max(0, 1 - chiSquaredCdf(x, degreesOfFreedom));
}
