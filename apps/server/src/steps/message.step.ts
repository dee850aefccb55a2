import { AppError, phrase, toJsonSchema } from '@pelton/contract';
import { identifier, sql } from '@pelton/sdk';
import { z } from 'zod';
import type { EventsService } from '../events/events.service.js';
import type { MessagesService } from '../messages/messages.service.js';
import type { DeliverySource, Outbox } from '../messages/outbox.service.js';
import type { Sender } from '../messages/sender.service.js';
import { unwritten } from '../messages/unwritten.js';
import { type AudienceRow, audience } from './audience.js';
import type { ActionKind, StepOutcome, StepRunContext } from './step-kind.js';
import { DELIVERY_COLUMNS, wouldSend } from './would-send.js';

const Repeat = z.enum(['never', 'each-entry', 'each-run', 'after']);

const Params = z.object({
  message: z
    .string()
    .min(1, 'Choose a message')
    .meta({ title: 'Message', ui: { widget: 'message' } }),
  repeat: Repeat.default('never').meta({
    title: 'Again',
    description:
      'never: one message a person; each entry: once each time the person enters the tag; each run: every time; after: not within some days',
  }),
  days: z
    .number()
    .int()
    .min(1)
    .max(3650)
    .default(30)
    .meta({ title: 'Not within', ui: { unit: 'days', when: { repeat: ['after'] } } }),
});
type Params = z.infer<typeof Params>;

interface Services {
  messages: MessagesService;
  outbox: Outbox;
  sender: Sender;
  events: EventsService;
}

const USERS = [{ name: 'users', title: 'Users' }];

/** Sends a message to each user who arrives and may have it. A draft run says who they are and shows the first messages. */
export function messageStep({ messages, outbox, sender, events }: Services): ActionKind<Params> {
  return {
    kind: 'action',
    type: {
      uses: 'core/message',
      title: 'Message',
      description: 'Sends a message to users',
      layer: 'reach',
      role: 'reach',
      icon: 'mail',
      params: toJsonSchema(Params),
      inputs: [{ name: 'users', title: 'Users', needs: [{ name: 'user_id', family: 'text' }], optional: false }],
      outputs: USERS,
    },
    params: Params,
    summary: ({ message }) => phrase`${message}`,
    outputs: () => USERS,

    async columns({ params, definitions, projectId }) {
      const message = definitions.message(params.message);
      const { content } = await messages.channelSpec(projectId, message.connection);
      const gap = unwritten(message.content, content);
      if (gap) {
        const reason = `${message.title} has nothing under ${gap.title}. Open the message and write it`;
        throw new AppError('PARAM_INVALID', { field: 'message', title: 'Message', reason });
      }
      return { users: DELIVERY_COLUMNS };
    },

    async run(context) {
      if (!context.isDraft) return send(context);
      const source = await sourceOf(context);
      return wouldSend({ messages, outbox }, context, source, (users) => notHadBefore(context, source, users));
    },
  };

  async function send(context: StepRunContext<Params>): Promise<StepOutcome> {
    const { runId, stepId, projectId, project, definitions, params, signal, confirm, show } = context;
    const message = definitions.message(params.message);
    const source = await sourceOf(context);
    for await (const users of audience(context, params.repeat === 'each-entry')) {
      await confirm();
      await outbox.accept(source, await notHadBefore(context, source, users));
    }
    try {
      await sender.sendAll({ projectId, project, runId, stepId, message, signal, confirm });
    } finally {
      await recordEnds(context, source);
    }
    const counts = await outbox.countsOfStep(runId, stepId);
    const deliveries = sql`SELECT user_id, delivery_id, state, reason FROM ${identifier(project.database, 'deliveries')} FINAL WHERE message_id = ${message.name} AND run_id = ${runId}`;
    show(deliveries);
    const others = [
      counts.suppressed && `${counts.suppressed} held back`,
      counts.failed && `${counts.failed} failed`,
      counts.uncertain && `${counts.uncertain} uncertain`,
    ].filter(Boolean);
    return {
      outputs: { users: { sql: deliveries, columns: DELIVERY_COLUMNS } },
      rows: { users: counts.sent },
      foot: [`${counts.sent} sent`, ...others].join(', '),
    };
  }

  async function sourceOf({
    projectId,
    pipeline,
    runId,
    stepId,
    definitions,
    params,
  }: StepRunContext<Params>): Promise<DeliverySource> {
    const message = definitions.message(params.message);
    const channel = await messages.channelSpec(projectId, message.connection);
    return { projectId, pipeline, runId, stepId, message: message.name, channel: channel.id };
  }

  /** Leaves out who had this step's message and may not have it again; the rest with the key of this time. */
  async function notHadBefore(
    { params, runId }: StepRunContext<Params>,
    source: DeliverySource,
    users: AudienceRow[],
  ): Promise<{ userId: string; key: string }[]> {
    const { repeat, days } = params;
    const ids = users.map((user) => user.user_id);
    const last = repeat === 'after' ? await outbox.lastAccepted(source, ids) : new Map<string, Date>();
    const earliest = Date.now() - days * 86_400_000;
    const lastOf = (user: AudienceRow) => last.get(user.user_id)?.getTime() ?? 0;
    return users
      .filter((user) => lastOf(user) < earliest)
      .map((user) => ({ userId: user.user_id, key: keyOf(source, user, { repeat, runId, last: lastOf(user) }) }));
  }

  /** Notes in the warehouse how each message of the step ended, and each sent one as an event. Writing it twice is harmless. */
  async function recordEnds(
    { project, projectId, runId, stepId }: StepRunContext<Params>,
    source: DeliverySource,
  ): Promise<void> {
    for await (const batch of outbox.ofStep(runId, stepId)) {
      await project.admin.insert(
        'deliveries',
        batch.map((doc) => ({
          delivery_id: doc._id,
          message_id: doc.message,
          user_id: doc.userId,
          channel: doc.channel,
          state: doc.state,
          reason: doc.reason ?? '',
          run_id: runId,
          at: doc.acceptedAt.toISOString(),
          updated_at: doc.updatedAt.toISOString(),
        })),
      );
      const sent = batch.filter((doc) => doc.state === 'sent');
      await events.store(
        projectId,
        sent.map((doc) => ({
          messageId: `${doc._id}-sent`,
          type: 'system',
          event: 'Message Sent',
          userId: doc.userId,
          timestamp: doc.updatedAt.toISOString(),
          properties: {
            message: doc.message,
            channel: doc.channel,
            delivery: doc._id,
            pipeline: source.pipeline,
            step: stepId,
            run: runId,
          },
          source: doc.channel,
        })),
      );
    }
  }
}

/** What must not happen twice. */
function keyOf(
  { pipeline, stepId }: DeliverySource,
  user: AudienceRow,
  { repeat, runId, last }: { repeat: z.infer<typeof Repeat>; runId: string; last: number },
): string {
  const base = `${pipeline}/${stepId}/${user.user_id}`;
  switch (repeat) {
    case 'never':
      return base;
    case 'each-entry':
      return `${base}/${user.entered_at ?? ''}`;
    case 'each-run':
      return `${base}/${runId}`;
    case 'after': // named by the one before, so that of runs at the same time one sends it
      return `${base}/${last}`;
  }
}
