import { bind, identifier, sql } from '@pelton/sdk';
import { dataContext } from '../events/data-context.js';
import type { MessagesService } from '../messages/messages.service.js';
import type { DeliverySource, Outbox } from '../messages/outbox.service.js';
import { type AudienceRow, audience } from './audience.js';
import { columnsOf } from './columns.js';
import type { StepOutcome, StepRunContext } from './step-kind.js';

/** What a message step tells of each message. */
export const DELIVERY_COLUMNS = columnsOf({
  user_id: 'String',
  delivery_id: 'String',
  state: 'LowCardinality(String)',
  reason: 'String',
});
const MOST_SHOWN = 5;

interface Reader {
  userId: string;
  traits: Record<string, string>;
}

/**
 * What a message step would do, without doing it: who would get the message (`ready`), who would be held back and why
 * (`suppressed`), and the message as the first of them would get it. Who had it before is left out, as when it is sent.
 */
export async function wouldSend(
  { messages, outbox }: { messages: MessagesService; outbox: Outbox },
  context: StepRunContext<{ message: string; repeat: string }>,
  { projectId, channel }: DeliverySource,
  notHadBefore: (users: AudienceRow[]) => Promise<{ userId: string; key: string }[]>,
): Promise<StepOutcome> {
  const { project, params, definitions, view, stage } = context;
  const message = definitions.message(params.message);
  const { address } = await messages.channelSpec(projectId, message.connection);
  const table = stage('users');
  await project.admin.run(
    sql`CREATE OR REPLACE TABLE ${identifier(table)} (user_id String, delivery_id String, state LowCardinality(String), reason String) ENGINE = MergeTree ORDER BY tuple()`,
  );
  const first: Reader[] = [];
  let [ready, heldBack] = [0, 0];
  for await (const users of audience(context, params.repeat === 'each-entry')) {
    const lines = await judge(users);
    await project.admin.insert(table, lines);
    const reached = lines.filter(({ state }) => state === 'ready').length;
    ready += reached;
    heldBack += users.length - reached;
  }
  return {
    outputs: {
      users: {
        sql: sql`SELECT user_id, delivery_id, state, reason FROM ${identifier(project.database, table)} ORDER BY state, user_id`,
        columns: DELIVERY_COLUMNS,
      },
    },
    rows: { users: ready },
    foot: heldBack ? `${ready} ready, ${heldBack} held back` : `${ready} ready`,
    messages: await messages.samples(projectId, message, first),
  };

  /** How each message would end, as far as that is known before; notes the first readers on the way. */
  async function judge(users: AudienceRow[]) {
    const mayHave = await notHadBefore(users);
    const keys = mayHave.map(({ key }) => key);
    const taken = await outbox.taken(projectId, keys);
    const wanted = mayHave.filter(({ key }) => !taken.has(key)).map(({ userId }) => userId);
    const [unwilling, traitsOf] = await Promise.all([
      outbox.suppressedAmong(projectId, channel, wanted),
      traitsOfUsers(wanted),
    ]);
    return wanted.map((userId) => {
      const traits = traitsOf.get(userId) ?? {};
      const reason = unwilling.has(userId) ? 'unsubscribed' : traits[address] ? '' : `no ${address}`;
      if (!reason && first.length < MOST_SHOWN) first.push({ userId, traits });
      return { user_id: userId, delivery_id: '', state: reason ? 'suppressed' : 'ready', reason };
    });
  }

  async function traitsOfUsers(userIds: string[]): Promise<Map<string, Record<string, string>>> {
    const rows = await project.admin.rows<{ user_id: string; traits: Record<string, string> }>(
      sql`SELECT user_id, traits FROM ${dataContext(view).users} WHERE user_id IN (${bind('Array(String)', userIds)})`,
    );
    return new Map(rows.map((row) => [row.user_id, row.traits]));
  }
}
