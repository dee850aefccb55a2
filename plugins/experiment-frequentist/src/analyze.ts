import type { Analysis, AnalysisQuestion, ArmResult, ArmStatistics } from '@pelton/sdk';
import { type Comparison, compareEstimates, type Estimate, holm } from '@pelton/stats';
import { estimateArm } from './estimate-arm.js';
import type { FrequentistParams } from './params.js';
import { describeMethod } from './method.js';
import { findObstacle, type Obstacle } from './obstacle.js';

interface ComparedArm {
  variation: string;
  estimate: Estimate;
  comparison: Comparison;
  obstacle: Obstacle | null;
}

/**
 * Compares each arm with the first. An arm that cannot be judged keeps its mean and its difference; a warning says why.
 * @returns one result per arm, in the order given
 */
export function analyze(arms: ArmStatistics[], question: AnalysisQuestion, params: FrequentistParams): Analysis {
  const [control, ...treatments] = arms;
  const compared = control ? treatments.map((arm) => compareArm(control, arm, question, params)) : [];
  const tested = compared.filter((arm) => !arm.obstacle);
  const pValues = correct(tested, params.correction);
  const resultOf = (arm: ComparedArm) => describeArm(arm, pValues.get(arm) ?? null, question, params);
  return {
    arms: [...(control ? [describeControl(control, question)] : []), ...compared.map(resultOf)],
    alpha: params.alpha,
    method: describeMethod(question.type, params, tested.length),
    warnings: [
      ...new Set(compared.flatMap((arm) => [...(arm.obstacle?.warnings ?? []), ...liftWarnings(control, arm)])),
    ],
  };
}

function compareArm(
  control: ArmStatistics,
  arm: ArmStatistics,
  question: AnalysisQuestion,
  params: FrequentistParams,
): ComparedArm {
  const estimate = estimateArm(arm, question.type);
  const comparison = compareEstimates(estimateArm(control, question.type), estimate, params.alpha);
  return {
    variation: arm.variation,
    estimate,
    comparison,
    obstacle: findObstacle([control, arm], question, comparison, params.minimumUsers),
  };
}

function correct(tested: ComparedArm[], correction: FrequentistParams['correction']): Map<ComparedArm, number> {
  const raw = tested.map((arm) => arm.comparison.pValue ?? 1);
  const corrected = correction === 'holm' ? holm(raw) : raw;
  return new Map(tested.map((arm, index) => [arm, corrected[index] ?? 1]));
}

function describeControl(control: ArmStatistics, question: AnalysisQuestion): ArmResult {
  return {
    variation: control.variation,
    users: control.users,
    mean: estimateArm(control, question.type).mean,
    effect: null,
    interval: null,
    lift: null,
    liftInterval: null,
    pValue: null,
    reading: 'control',
  };
}

function describeArm(
  { variation, estimate, comparison, obstacle }: ComparedArm,
  pValue: number | null,
  { inverse }: AnalysisQuestion,
  { alpha }: FrequentistParams,
): ArmResult {
  const { users, mean } = estimate;
  const { difference: effect, interval, lift, liftInterval } = comparison;
  const shown = { variation, users, mean, effect, lift };
  if (obstacle) return { ...shown, interval: null, liftInterval: null, pValue: null, reading: obstacle.reading };
  return { ...shown, interval, liftInterval, pValue, reading: readEffect(effect ?? 0, pValue ?? 1, alpha, inverse) };
}

function readEffect(effect: number, pValue: number, alpha: number, inverse: boolean): ArmResult['reading'] {
  if (pValue >= alpha) return 'not-clear';
  return effect > 0 === inverse ? 'worse' : 'better';
}

function liftWarnings(control: ArmStatistics | undefined, { obstacle, comparison }: ComparedArm): string[] {
  if (obstacle || comparison.lift !== null) return [];
  return [`The value of ${control?.variation} is zero, so a change cannot be given in percent.`];
}
