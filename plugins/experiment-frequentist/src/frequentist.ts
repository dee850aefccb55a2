import { defineExperimentEngine } from '@pelton/sdk';
import { analyze } from './analyze.js';
import { checkRatio } from './check-ratio.js';
import { FrequentistParams } from './params.js';

/** Classical tests for a sample of fixed size: Welch for means and ratios, two proportions for shares. */
export const frequentist = defineExperimentEngine({
  id: 'frequentist',
  title: 'Frequentist',
  description: 'Compares each arm with the control by a two-sided test. Read it once, when the planned users are in.',
  icon: 'scale',
  params: FrequentistParams,
  analyze,
  checkRatio,
});
