import { AppError, type AnalysisQuestion, type ArmStatistics } from '@pelton/sdk';
import { type Estimate, estimateMean, estimateProportion, estimateRatio } from '@pelton/stats';

/**
 * Mean and variance of one arm, by what its values are.
 * @throws PARAM_INVALID for a ratio without the sums of its denominator
 */
export function estimateArm(arm: ArmStatistics, type: AnalysisQuestion['type']): Estimate {
  switch (type) {
    case 'mean':
      return estimateMean(arm);
    case 'proportion':
      return estimateProportion(arm);
    case 'ratio': {
      const { denominatorSum, denominatorSumSquares, sumProducts } = arm;
      if (denominatorSum === undefined || denominatorSumSquares === undefined || sumProducts === undefined)
        throw new AppError('PARAM_INVALID', {
          field: arm.variation,
          reason: 'a ratio needs denominatorSum, denominatorSumSquares and sumProducts',
        });
      return estimateRatio({ ...arm, denominatorSum, denominatorSumSquares, sumProducts });
    }
  }
}
