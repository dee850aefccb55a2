import { type Sql, toJsonSchema } from '@pelton/contract';
import type { z } from 'zod';
import { type Contribution, type Described, readParams } from './contribution.js';
import type { DataContext } from './metric.js';

export interface TaggingRule<P extends z.ZodType> extends Described {
  params: P;
  /** The rule in one sentence, such as `did Order Completed at least 2 times in the last 90 days`. */
  reads(params: z.output<P>): string;
  /** @returns SELECT user_id String[, value String][, score Float64][, evidence String]: one row per user who has the tag */
  compile(params: z.output<P>, context: DataContext): Sql;
}

export interface TaggingCalls {
  reads(argument: { params: unknown }): Promise<string>;
  compile(argument: { params: unknown; context: DataContext }): Promise<Sql>;
}

/** Declares a tagging rule. */
export function defineTagging<P extends z.ZodType>(rule: TaggingRule<P>): Contribution<'tagging'> {
  const { id, title, description, icon } = rule;
  return {
    kind: 'tagging',
    spec: { kind: 'tagging', id, title, description, icon, params: toJsonSchema(rule.params) },
    calls: {
      reads: async ({ params }) => rule.reads(readParams(rule.params, params)),
      compile: async ({ params, context }) => rule.compile(readParams(rule.params, params), context),
    },
  };
}
