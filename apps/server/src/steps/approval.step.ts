import { phrase, toJsonSchema } from '@pelton/contract';
import { instant, sql } from '@pelton/sdk';
import { z } from 'zod';
import type { ApprovalsService } from '../approvals/approvals.service.js';
import { after, Unit } from '../journeys/due-time.js';
import type { WaitingService } from '../journeys/waiting.service.js';
import { inputOf } from './columns.js';
import type { ActionKind, StepOutcome } from './step-kind.js';

const Params = z.object({
  question: z
    .string()
    .trim()
    .min(1, 'Say what is to be approved')
    .max(500)
    .meta({ title: 'Question', description: 'What a member decides about', ui: { widget: 'text' } }),
  amount: z.number().int().min(1).max(1000).default(7).meta({ title: 'Rejected after' }),
  unit: Unit.default('days').meta({ title: 'Unit' }),
});
type Params = z.infer<typeof Params>;

export const APPROVED = 'approved';
export const REJECTED = 'rejected';
/** Users about whom nobody decided in time go the last way. */
const PORTS = [
  { name: APPROVED, title: 'Approved' },
  { name: REJECTED, title: 'Rejected' },
];

interface Services {
  waiting: Pick<WaitingService, 'enter'>;
  approvals: Pick<ApprovalsService, 'ask'>;
}

/** Users wait here until a member decides. A draft run takes them as approved. */
export function approvalStep({ waiting, approvals }: Services): ActionKind<Params> {
  return {
    kind: 'action',
    release: 'passes',
    type: {
      uses: 'core/approval',
      title: 'Approval',
      description: 'Users wait here until a member approves or rejects; nobody goes on before',
      layer: 'control',
      role: 'control',
      icon: 'checkbox',
      params: toJsonSchema(Params),
      inputs: [{ name: 'users', title: 'Users', needs: [{ name: 'user_id', family: 'text' }], optional: false }],
      outputs: PORTS,
    },
    params: Params,
    summary: ({ question }) => phrase`${question}`,
    outputs: () => PORTS,

    async columns({ inputs }) {
      const { columns } = inputOf(inputs, 'users');
      return { [APPROVED]: columns, [REJECTED]: columns };
    },

    async run(context): Promise<StepOutcome> {
      const { params, inputs, project, pipeline, version, stepId, runId, asOf, signal, isDraft } = context;
      const users = inputOf(inputs, 'users');
      if (isDraft || version === undefined) {
        const { count } = await project.admin.row<{ count: number }>(sql`SELECT count() AS count FROM (${users.sql})`);
        const nobody = { ...users, sql: sql`SELECT * FROM (${users.sql}) WHERE false` };
        return {
          outputs: { [APPROVED]: users, [REJECTED]: nobody },
          rows: { [APPROVED]: count, [REJECTED]: 0 },
          foot: `${count} would wait`,
        };
      }
      await context.confirm();
      const dueAt = after(new Date(asOf), params.amount, params.unit);
      const entry = { pipeline, version, stepId, runId, enteredAt: asOf, users };
      const count = await waiting.enter(project, { ...entry, dueAt: sql`${instant(dueAt.toISOString())}` }, signal);
      const asked = { projectId: project.projectId, pipeline, version, runId, stepId, question: params.question };
      if (count > 0) await approvals.ask({ ...asked, users: count, askedAt: new Date(asOf), dueAt });
      return { outputs: {}, rows: {}, waiting: count, foot: `${count} waiting` };
    },
  };
}
