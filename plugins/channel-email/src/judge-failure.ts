import { explainConnection } from './explain-connection.js';
import type { MailServer } from './mail-server.js';
import type { SmtpError } from './smtp-session.js';

/**
 * Whom a failure concerns. `message`: the server answered about this mail. `channel`: nothing of the mail left, and
 * others would fare the same. `uncertain`: it had begun to leave and no answer came.
 */
export type Judgement =
  | { concerns: 'message'; reason: string; retryable: boolean }
  | { concerns: 'channel'; reason: string }
  | { concerns: 'uncertain'; reason: string };

const CLOSING = 421;
const TOO_LARGE = 552;
const SIGN_IN_NEEDED = 530;

/** Decides what a failed attempt means, by RFC 5321: 4yz may pass later, 5yz never will. */
export function judgeFailure(server: MailServer, error: SmtpError, dataSent: boolean): Judgement {
  const { responseCode: code, command } = error;
  if (code === undefined && dataSent)
    return {
      concerns: 'uncertain',
      reason: 'The connection broke after the mail was handed over and before the answer.',
    };
  if (code === undefined && isAboutMail(error))
    return { concerns: 'message', reason: 'The mail server cannot take this mail.', retryable: false };
  const isAboutSender = command === 'MAIL FROM' && (code ?? 0) >= 500 && code !== TOO_LARGE;
  if (code === undefined || code === SIGN_IN_NEEDED || isAboutSender || (code === CLOSING && !dataSent))
    return { concerns: 'channel', reason: explainConnection(server, error) };
  return { concerns: 'message', reason: `The mail server answered: ${answerOf(error)}`, retryable: code < 500 };
}

/** What the server said, without the addresses and the lengths that servers like to repeat. */
export function answerOf({ response = '' }: SmtpError): string {
  return response
    .replace(/\s+/g, ' ')
    .replace(/<?[^\s<>@]+@[^\s<>@]+>?/g, '…')
    .slice(0, 200)
    .trim();
}

/** nodemailer itself refused it: an address that the server has no way to take, or a mail above its announced size. */
function isAboutMail({ code, command }: SmtpError): boolean {
  return code === 'EENVELOPE' || (code === 'EMESSAGE' && command === 'MAIL FROM');
}
