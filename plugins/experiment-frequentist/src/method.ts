import type { AnalysisQuestion } from '@pelton/sdk';
import type { FrequentistParams } from './params.js';

const tests: Record<AnalysisQuestion['type'], string> = {
  mean: "Welch's t-test of the mean per user",
  proportion: "Two-proportion test, unpooled variances p(1 − p), Welch's degrees of freedom",
  ratio: "Welch's t-test of a ratio of sums, variance by the delta method",
};

/** Names the test in one line, so that a number can be checked elsewhere. */
export function describeMethod(
  type: AnalysisQuestion['type'],
  { alpha, correction }: FrequentistParams,
  comparisons: number,
): string {
  const level = Number(((1 - alpha) * 100).toFixed(2));
  const corrected =
    correction === 'holm' && comparisons > 1
      ? ` P-values corrected for ${comparisons} comparisons by Holm, intervals not.`
      : '';
  return `${tests[type]}; two-sided, ${level} % intervals, lift by the delta method.${corrected} For one reading at the planned size.`;
}
