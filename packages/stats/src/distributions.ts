import { createRequire } from 'node:module';

// The only file that knows which library computes distributions; the others see plain functions. The library is many small
// files that take a sixth of a second to load, so a part of it is loaded when it is first asked for.
const load = createRequire(import.meta.url);
type Distribution = (x: number, ...parameters: number[]) => number;
const distribution = (name: string) => load(`@stdlib/stats-base-dists-${name}`) as Distribution; // what these packages export

/** Probability that a standard normal value is at most `x`. */
export function normalCdf(x: number): number {
  return distribution('normal-cdf')(x, 0, 1);
}

/** The standard normal value below which a share `probability` lies. */
export function normalQuantile(probability: number): number {
  return distribution('normal-quantile')(probability, 0, 1);
}

/** Probability that a value of Student's t is at most `x`. */
export function studentCdf(x: number, degreesOfFreedom: number): number {
  return distribution('t-cdf')(x, degreesOfFreedom);
}

/** The value of Student's t below which a share `probability` lies. */
export function studentQuantile(probability: number, degreesOfFreedom: number): number {
  return distribution('t-quantile')(probability, degreesOfFreedom);
}

/** Probability that a chi-squared value is greater than `x`; exact to 1e-15 absolute. */
export function chiSquaredTail(x: number, degreesOfFreedom: number): number {
  return Math.max(0, 1 - distribution('chisquare-cdf')(x, degreesOfFreedom));
}
