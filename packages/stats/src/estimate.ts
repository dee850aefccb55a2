/** What an arm says about a metric: the mean and the variance of one observation. Null where the users do not suffice. */
export interface Estimate {
  users: number;
  mean: number | null;
  variance: number | null;
}

/** Sums over one value per user. */
export interface MeanStatistics {
  users: number;
  sum: number;
  sumSquares: number;
}

/** Sums over a numerator and a denominator per user. */
export interface RatioStatistics extends MeanStatistics {
  denominatorSum: number;
  denominatorSumSquares: number;
  sumProducts: number;
}

/**
 * Mean per user, with the sample variance (n − 1 below).
 * @see Chan, Golub, LeVeque (1983), “Algorithms for computing the sample variance”: the textbook form from sums
 */
export function estimateMean({ users, sum, sumSquares }: MeanStatistics): Estimate {
  return { users, mean: users > 0 ? sum / users : null, variance: sampleVariance(users, sum, sumSquares) };
}

/**
 * Share of users, with the variance p(1 − p) and no n / (n − 1), as GrowthBook has it.
 * @param sum users who count, 0 to `users`
 * @throws RangeError when `sum` is outside of that
 * @see https://docs.growthbook.io/statistics/details
 */
export function estimateProportion({ users, sum }: { users: number; sum: number }): Estimate {
  if (sum < 0 || sum > users) throw new RangeError(`A proportion cannot count ${sum} of ${users} users`);
  if (users === 0) return { users, mean: null, variance: null };
  const share = sum / users;
  return { users, mean: share, variance: users > 1 ? share * (1 - share) : null };
}

/**
 * Ratio of two sums whose unit is the user, such as revenue per order, with the delta-method variance
 * (var(y) − 2r·cov(y, x) + r²·var(x)) / mean(x)².
 * @see Deng, Knoblich, Lu (2018), “Applying the delta method in metric analytics”, KDD, section 3
 */
export function estimateRatio(arm: RatioStatistics): Estimate {
  const { users, sum, sumSquares, denominatorSum, denominatorSumSquares, sumProducts } = arm;
  if (denominatorSum === 0) return { users, mean: null, variance: null };
  const ratio = sum / denominatorSum;
  const numerator = sampleVariance(users, sum, sumSquares);
  const denominator = sampleVariance(users, denominatorSum, denominatorSumSquares);
  if (numerator === null || denominator === null) return { users, mean: ratio, variance: null };
  const both = (sumProducts - (sum * denominatorSum) / users) / (users - 1);
  const spread = numerator - 2 * ratio * both + ratio ** 2 * denominator;
  const variance = withoutRounding(spread, numerator + ratio ** 2 * denominator);
  return { users, mean: ratio, variance: variance / (denominatorSum / users) ** 2 };
}

function sampleVariance(users: number, sum: number, sumSquares: number): number | null {
  return users < 2 ? null : withoutRounding(sumSquares - sum ** 2 / users, sumSquares) / (users - 1);
}

/** The difference of two nearly equal sums is noise below 1e-10 of them: a million equal values must have no spread. */
function withoutRounding(spread: number, scale: number): number {
  return spread <= scale * 1e-10 ? 0 : spread;
}
