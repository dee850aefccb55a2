import { z } from 'zod';
import { Instant, Name } from './names.js';

/** Users at an approval step of one run, and what became of them. `expired`: nobody decided in time, which is a rejection. */
export const Approval = z.object({
  id: z.string(),
  pipeline: Name,
  pipelineTitle: z.string(),
  version: z.number().int(),
  run: z.string(),
  step: z.string(),
  stepTitle: z.string(),
  question: z.string(),
  users: z.number().int(),
  state: z.enum(['open', 'approved', 'rejected', 'expired']),
  askedAt: Instant,
  dueAt: Instant,
  decidedAt: Instant.nullable(),
  decidedBy: z.string().nullable(),
  note: z.string(),
});
export type Approval = z.infer<typeof Approval>;

export const DecisionInput = z.strictObject({
  approve: z.boolean(),
  note: z.string().trim().max(2000).default(''),
});
export type DecisionInput = z.infer<typeof DecisionInput>;
