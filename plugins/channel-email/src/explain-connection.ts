import type { MailServer } from './mail-server.js';
import type { SmtpError } from './smtp-session.js';

const NO_STARTTLS =
  'It does not offer STARTTLS on this port. Choose tls with port 465, or none inside your own network.';

/** Why a server could not be used and what to do, in words that hold neither password nor address. */
export function explainConnection(server: MailServer, error: SmtpError): string {
  const { code, originalCode, message, command = '', responseCode } = error;
  if (code === 'EAUTH' || command.startsWith('AUTH')) return explainSignIn(error);
  if (responseCode === 530) return 'It wants to be signed in to. Enter a user name and a password.';
  if (command === 'MAIL FROM') return `It does not take mail from the sender address (${responseCode}). Check it.`;
  if (command === 'STARTTLS') return NO_STARTTLS;
  if (responseCode !== undefined) return `It answered ${responseCode} and closed the connection. Try again later.`;
  if (code === 'EDNS') return 'The host name is not known. Check its spelling.';
  if (originalCode === 'ECONNREFUSED')
    return 'The connection was refused. Check host and port, and that the mail server runs.';
  if (/certificate|altname|self.signed/i.test(message))
    return `Its certificate is not trusted (${message.replace(/^Error initiating TLS - /, '')}). Check the host name, or have Node trust the authority that issued it (NODE_EXTRA_CA_CERTS).`;
  if (server.secure === 'tls' && (code === 'ETLS' || /ssl|tls/i.test(message)))
    return 'It does not speak TLS from the start on this port. Choose starttls, or the port for TLS (usually 465).';
  if (code === 'ETLS') return NO_STARTTLS;
  if (code === 'ETIMEDOUT')
    return server.secure === 'tls'
      ? 'No answer in time. Check host, port and firewall.'
      : 'No answer in time. Check host, port and firewall; a port for TLS (465) needs the encryption tls.';
  return 'The connection broke. Check that host and port are those of a mail server.';
}

function explainSignIn({ responseCode, command }: SmtpError): string {
  if (command === 'API') return 'A user name is set, but no password. Enter the password.';
  return responseCode !== undefined && responseCode < 500
    ? `It does not let anyone sign in just now (${responseCode}). Try again later.`
    : 'User name or password is wrong. Enter both again; some providers want a password made for apps.';
}
