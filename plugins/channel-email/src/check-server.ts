import { explainConnection } from './explain-connection.js';
import { type MailServer, serverName } from './mail-server.js';
import { type SmtpError, SmtpSession } from './smtp-session.js';

/** Connects and signs in as a send would, without sending. */
export async function checkServer(server: MailServer, password?: string): Promise<{ ok: boolean; message: string }> {
  try {
    const session = await SmtpSession.open(server, password);
    session.close();
    return { ok: true, message: `${serverName(server)} answers${server.user ? ' and lets Pelton sign in' : ''}.` };
  } catch (error) {
    const reason = explainConnection(server, error as SmtpError); // the session throws nothing else
    return { ok: false, message: `${serverName(server)}: ${reason}` };
  }
}
