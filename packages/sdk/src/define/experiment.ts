import { type Analysis, type ArmStatistics, type RatioCheck, toJsonSchema } from '@pelton/contract';
import type { z } from 'zod';
import { type Contribution, type Described, readParams } from './contribution.js';

/** What the values of the arms are: a mean per user, a share of users, or a ratio of two sums. */
export interface AnalysisQuestion {
  type: 'mean' | 'proportion' | 'ratio';
  /** True when lower is better. */
  inverse: boolean;
}

export interface ExperimentEngine<P extends z.ZodType> extends Described {
  params: P;
  /** Compares each arm with the first, which is the control. A pure function of sufficient statistics. */
  analyze(arms: ArmStatistics[], question: AnalysisQuestion, params: z.output<P>): Analysis;
  /** Are the arms as large as their weights say? */
  checkRatio(arms: { users: number; weight: number }[], params: z.output<P>): RatioCheck;
}

export interface ExperimentCalls {
  analyze(argument: { arms: ArmStatistics[]; question: AnalysisQuestion; params: unknown }): Promise<Analysis>;
  checkRatio(argument: { arms: { users: number; weight: number }[]; params: unknown }): Promise<RatioCheck>;
}

/** Declares an experiment engine. */
export function defineExperimentEngine<P extends z.ZodType>(engine: ExperimentEngine<P>): Contribution<'experiment'> {
  const { id, title, description, icon } = engine;
  return {
    kind: 'experiment',
    spec: { kind: 'experiment', id, title, description, icon, params: toJsonSchema(engine.params) },
    calls: {
      analyze: async ({ arms, question, params }) => engine.analyze(arms, question, readParams(engine.params, params)),
      checkRatio: async ({ arms, params }) => engine.checkRatio(arms, readParams(engine.params, params)),
    },
  };
}
