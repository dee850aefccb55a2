import { AppError, type OutgoingMessage, type SendResult } from '@pelton/sdk';
import { type ComposedMail, composeMail } from './compose-mail.js';
import { explainConnection } from './explain-connection.js';
import { judgeFailure } from './judge-failure.js';
import type { MailContent } from './mail-content.js';
import { type MailServer, serverName } from './mail-server.js';
import { type SmtpError, SmtpSession } from './smtp-session.js';

/** `unreached`: nothing of the mail left, for a reason that lies with the server and not with the mail. */
type Outcome = SendResult | { id: string; state: 'unreached'; reason: string };

/** What the sessions of one batch share: the mails that still wait, and what became of the others. */
interface Batch {
  server: MailServer;
  password: string | undefined;
  waiting: { id: string; mail: ComposedMail }[];
  outcomes: Outcome[];
}

const MAX_SESSIONS = 4;
const MAILS_A_SESSION = 25;

/**
 * Sends a batch over a few sessions.
 * @returns one result for each message
 * @throws CHANNEL_UNREACHABLE when the server kept all that could leave from leaving
 */
export async function sendBatch(
  server: MailServer,
  password: string | undefined,
  messages: OutgoingMessage<MailContent>[],
): Promise<SendResult[]> {
  const batch: Batch = { server, password, waiting: [], outcomes: [] };
  for (const message of messages) {
    const { id } = message;
    const mail = await composeMail(server, message);
    if ('refused' in mail) batch.outcomes.push({ id, state: 'failed', reason: mail.refused, retryable: false });
    else batch.waiting.push({ id, mail });
  }
  const sessions = Math.min(MAX_SESSIONS, Math.ceil(batch.waiting.length / MAILS_A_SESSION));
  const reasons = await Promise.all(Array.from({ length: sessions }, () => workOff(batch)));
  const reason = reasons.find((each) => each !== null) ?? '';
  return resultsOf(server, [
    ...batch.outcomes,
    ...batch.waiting.map(({ id }): Outcome => ({ id, state: 'unreached', reason })),
  ]);
}

/**
 * Sends what waits, over one session after the other, until nothing waits or the server cannot be used.
 * @returns why it cannot be used, or null
 */
async function workOff(batch: Batch): Promise<string | null> {
  let session: SmtpSession | null = null;
  try {
    while (batch.waiting.length > 0) {
      if (!session?.isOpen) session = await SmtpSession.open(batch.server, batch.password);
      const next = batch.waiting.shift();
      if (!next) break;
      const outcome = await attempt(batch.server, session, next);
      if (outcome.state !== 'unreached') {
        batch.outcomes.push(outcome);
        continue;
      }
      // Many servers end a session after some mails; only what a fresh one refuses is refused.
      const wasFresh = session.mails === 1;
      session.close();
      session = null;
      batch.waiting.unshift(next);
      if (wasFresh) return outcome.reason;
    }
    return null;
  } catch (error) {
    return explainConnection(batch.server, error as SmtpError); // only opening a session throws, and nothing else
  } finally {
    session?.close();
  }
}

async function attempt(
  server: MailServer,
  session: SmtpSession,
  { id, mail }: Batch['waiting'][number],
): Promise<Outcome> {
  const delivery = await session.send(mail);
  if (delivery.ok) return { id, state: 'sent', externalId: mail.messageId };
  const judgement = judgeFailure(server, delivery.error, delivery.dataSent);
  const { reason } = judgement;
  switch (judgement.concerns) {
    case 'message':
      return { id, state: 'failed', reason, retryable: judgement.retryable };
    case 'uncertain':
      return { id, state: 'uncertain', reason };
    case 'channel':
      return { id, state: 'unreached', reason };
  }
}

function resultsOf(server: MailServer, outcomes: Outcome[]): SendResult[] {
  const unreached = outcomes.find((outcome) => outcome.state === 'unreached');
  const hasLeft = outcomes.some(({ state }) => state === 'sent' || state === 'uncertain');
  if (unreached && !hasLeft)
    throw new AppError('CHANNEL_UNREACHABLE', { connection: serverName(server), reason: unreached.reason });
  return outcomes.map((outcome) =>
    outcome.state === 'unreached' ? { ...outcome, state: 'failed', retryable: true } : outcome,
  );
}
