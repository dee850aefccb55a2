import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compareEstimates } from './compare.js';
import { estimateMean, estimateProportion, estimateRatio } from './estimate.js';

function sums(values: number[]) {
  return {
    users: values.length,
    sum: values.reduce((sum, value) => sum + value, 0),
    sumSquares: values.reduce((sum, value) => sum + value ** 2, 0),
  };
}
function sumsOfPairs(pairs: [number, number][]) {
  const denominators = sums(pairs.map(([, x]) => x));
  return {
    ...sums(pairs.map(([y]) => y)),
    denominatorSum: denominators.sum,
    denominatorSumSquares: denominators.sumSquares,
    sumProducts: pairs.reduce((sum, [y, x]) => sum + y * x, 0),
  };
}

describe('means', () => {
  test("agree with R's t.test on Student's sleep data", () => {
    const first = estimateMean(sums([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]));
    const second = estimateMean(sums([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]));
    const { difference, standardError, degreesOfFreedom, pValue, interval } = compareEstimates(second, first, 0.05);
    expect(difference! / standardError!).toBeCloseTo(-1.8608134674868526, 10);
    expect(degreesOfFreedom).toBeCloseTo(17.776473516178488, 10);
    expect(pValue).toBeCloseTo(0.0793941401873583, 10);
    expect(interval![0]).toBeCloseTo(-3.3654832, 7);
    expect(interval![1]).toBeCloseTo(0.2054832, 7);
  });

  test('give the relative lift of GrowthBook (its test gb-freq-01)', () => {
    const control = estimateMean({ users: 3407, sum: 1396.87, sumSquares: 52377.9767 });
    const treatment = estimateMean({ users: 3461, sum: 2422.7, sumSquares: 134698.29 });
    const { lift, liftStandardError, liftPValue, liftInterval } = compareEstimates(control, treatment, 0.05);
    expect(lift).toBeCloseTo(0.70732, 5);
    expect(liftStandardError).toBeCloseTo(0.37879, 5);
    expect(liftPValue).toBeCloseTo(0.06191, 5);
    expect(liftInterval![0]).toBeCloseTo(-0.03526, 5);
    expect(liftInterval![1]).toBeCloseTo(1.44989, 5);
  });

  test('give the absolute error of GrowthBook (its test gb-freq-05)', () => {
    const control = estimateMean({ users: 3000, sum: 1396.87, sumSquares: 52377.9767 });
    const treatment = estimateMean({ users: 3461, sum: 2422.7, sumSquares: 134698.29 });
    const { difference, standardError } = compareEstimates(control, treatment, 0.05);
    expect(difference).toBeCloseTo(0.23437666666666668, 12);
    expect(standardError).toBeCloseTo(0.12983081254184736, 12);
  });
});

describe('proportions', () => {
  test('agree with GrowthBook (its test gb-freq-03)', () => {
    const control = estimateProportion({ users: 28, sum: 14 });
    const treatment = estimateProportion({ users: 30, sum: 16 });
    const { lift, liftStandardError, liftPValue, liftInterval } = compareEstimates(control, treatment, 0.05);
    expect(lift).toBeCloseTo(0.06667, 5);
    expect(liftStandardError).toBeCloseTo(0.2717, 5);
    expect(liftPValue).toBeCloseTo(0.80707, 5);
    expect(liftInterval![0]).toBeCloseTo(-0.47767, 5);
    expect(liftInterval![1]).toBeCloseTo(0.61101, 5);
  });

  test('are near the z-test when users are many: 20 % against 24 % of 1,000', () => {
    const control = estimateProportion({ users: 1000, sum: 200 });
    const treatment = estimateProportion({ users: 1000, sum: 240 });
    const { pValue, interval } = compareEstimates(control, treatment, 0.05);
    expect(pValue).toBeCloseTo(0.0308, 3);
    expect(interval![0]).toBeCloseTo(0.0037, 3);
    expect(interval![1]).toBeCloseTo(0.0763, 3);
  });

  test('that count more users than there are are refused', () => {
    expect(() => estimateProportion({ users: 3, sum: 4 })).toThrow('A proportion cannot count 4 of 3 users');
  });
});

describe('ratios', () => {
  test('with a denominator of one for everybody are means', () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6];
    const ratio = estimateRatio(sumsOfPairs(values.map((value) => [value, 1])));
    const mean = estimateMean(sums(values));
    expect(ratio.mean).toBeCloseTo(mean.mean!, 12);
    expect(ratio.variance).toBeCloseTo(mean.variance!, 12);
  });

  test('have the delta-method variance, worked by hand', () => {
    // y = 2, 6, 4; x = 1, 2, 3: r = 2, var(y) = 4, var(x) = 1, cov = 1, mean(x) = 2, so (4 − 4 + 4) / 4
    expect(
      estimateRatio(
        sumsOfPairs([
          [2, 1],
          [6, 2],
          [4, 3],
        ]),
      ),
    ).toEqual({ users: 3, mean: 2, variance: 1 });
  });

  test('of which every user has the same have no spread', () => {
    const pairs = Array.from({ length: 1000 }, (_, index): [number, number] => [0.1 * (index + 1), index + 1]);
    expect(estimateRatio(sumsOfPairs(pairs)).variance).toBe(0);
  });

  test('without a denominator have no value', () => {
    const none = { users: 5, sum: 0, sumSquares: 0, denominatorSum: 0, denominatorSumSquares: 0, sumProducts: 0 };
    expect(estimateRatio(none)).toEqual({ users: 5, mean: null, variance: null });
  });
});

describe('what cannot be tested gives null, never a made-up number', () => {
  const nobody = estimateMean({ users: 0, sum: 0, sumSquares: 0 });
  const some = estimateMean(sums([1, 2, 3]));

  test('no users', () => {
    expect(compareEstimates(nobody, some, 0.05)).toMatchObject({ difference: null, pValue: null, lift: null });
    expect(estimateProportion({ users: 0, sum: 0 })).toEqual({ users: 0, mean: null, variance: null });
  });

  test('one user: a difference without a test', () => {
    const one = estimateMean(sums([5]));
    expect(one).toEqual({ users: 1, mean: 5, variance: null });
    expect(compareEstimates(some, one, 0.05)).toMatchObject({ difference: 3, lift: 1.5, pValue: null, interval: null });
    expect(estimateProportion({ users: 1, sum: 1 })).toEqual({ users: 1, mean: 1, variance: null });
  });

  test('no spread in either arm', () => {
    const [ones, twos] = [estimateMean(sums([1, 1, 1])), estimateMean(sums([2, 2, 2]))];
    expect(compareEstimates(ones, twos, 0.05)).toMatchObject({ difference: 1, lift: 1, pValue: null, interval: null });
  });

  test('a million equal values have no spread, in spite of rounding', () => {
    expect(estimateMean(sums(Array.from({ length: 1_000_000 }, () => 0.1))).variance).toBe(0);
  });

  test('no spread in one arm is tested by the other', () => {
    const zeroes = estimateProportion({ users: 1000, sum: 0 });
    const twenty = estimateProportion({ users: 1000, sum: 20 });
    const { pValue, degreesOfFreedom } = compareEstimates(zeroes, twenty, 0.05);
    expect(degreesOfFreedom).toBeCloseTo(999, 8);
    expect(pValue).toBeLessThan(0.0001);
  });

  test('a control of mean zero has no lift', () => {
    const zero = estimateMean(sums([-1, 0, 1]));
    expect(compareEstimates(zero, some, 0.05)).toMatchObject({ difference: 2, lift: null, liftInterval: null });
    expect(compareEstimates(zero, some, 0.05).pValue).toBeCloseTo(0.0705, 4);
  });

  test('the lift over a negative control has the sign of the difference', () => {
    const loss = estimateMean(sums([-4, -5, -6]));
    const { difference, lift, liftInterval } = compareEstimates(loss, estimateMean(sums([-1, -2, -3])), 0.05);
    expect([difference, lift]).toEqual([3, 0.6]);
    expect(liftInterval![0]).toBeLessThan(0.6);
  });
});

interface Checkpoint {
  n_c: number;
  n_t: number;
  mean_c: number;
  mean_t: number;
  var_c: number;
  var_t: number;
  p_fixed: number;
}
const shared = new URL('../../../../shared/stats-vectors.json', import.meta.url);

test.skipIf(!existsSync(shared))(
  'agrees with the ASOS experiment series (passed over where stats-vectors.json is not beside the project)',
  () => {
    const vectors = JSON.parse(readFileSync(shared, 'utf8')) as {
      datasets: { asos_checkpoints: { series: { checkpoints: Checkpoint[] }[] } };
    };
    const checkpoints = vectors.datasets.asos_checkpoints.series.flatMap((series) => series.checkpoints);
    expect(checkpoints.length).toBeGreaterThan(10);
    for (const { n_c, n_t, mean_c, mean_t, var_c, var_t, p_fixed } of checkpoints) {
      const control = { users: n_c, mean: mean_c, variance: var_c };
      const treatment = { users: n_t, mean: mean_t, variance: var_t };
      expect(compareEstimates(control, treatment, 0.05).pValue ?? 1).toBeCloseTo(p_fixed, 6);
    }
  },
);
