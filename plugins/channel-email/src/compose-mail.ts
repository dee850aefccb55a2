import { createHash } from 'node:crypto';
import type { OutgoingMessage } from '@pelton/sdk';
import MailComposer from 'nodemailer/lib/mail-composer';
import { MAIL_ADDRESS } from './mail-address.js';
import type { MailContent } from './mail-content.js';
import type { MailServer } from './mail-server.js';
import { plainTextOf } from './plain-text.js';

/** A mail as it goes over the wire. */
export interface ComposedMail {
  envelope: { from: string; to: string };
  messageId: string;
  body: Buffer;
}

/**
 * Puts a message into the form of a mail. The Message-ID follows from the message's own id, so that a mail which is
 * tried twice can be told as one by those who get it.
 * @returns the mail, or in words why there can be none
 */
export async function composeMail(
  server: MailServer,
  { id, to, content, unsubscribeUrl }: OutgoingMessage<MailContent>,
): Promise<ComposedMail | { refused: string }> {
  const subject = content.subject.trim();
  if (!MAIL_ADDRESS.test(to)) return { refused: 'The e-mail address of this user is not valid.' };
  if (subject === '' || content.html.trim() === '')
    return { refused: 'The subject or the message is empty for this user.' };
  if (/[\r\n]/.test(subject)) return { refused: 'The subject has a line break in it.' };
  if (!isLink(unsubscribeUrl)) return { refused: 'The link to unsubscribe is not a web address.' };
  const messageId = messageIdOf(id, server.from);
  const composer = new MailComposer({
    from: { name: server.fromName ?? '', address: server.from },
    to: { name: '', address: to },
    ...(server.replyTo && { replyTo: server.replyTo }),
    subject,
    messageId,
    html: withPreheader(content.html, content.preheader?.trim() ?? ''),
    text: content.text?.trim() || plainTextOf(content.html),
    // One click by RFC 8058. Prepared, so that a long link is not broken into lines.
    headers: {
      'List-Unsubscribe': { prepared: true, foldLines: false, value: `<${unsubscribeUrl}>` },
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return { envelope: { from: server.from, to }, messageId, body: await composer.compile().build() };
}

function messageIdOf(id: string, from: string): string {
  const name = /^[A-Za-z0-9._-]{1,120}$/.test(id) ? id : createHash('sha256').update(id).digest('hex');
  return `<${name}@${from.slice(from.indexOf('@') + 1)}>`;
}

function isLink(text: string): boolean {
  return /^https?:\/\/[!-~]+$/i.test(text) && !/[<>]/.test(text) && URL.canParse(text);
}

/** The preview text stands first and is hidden; the blanks after it keep the mail's own beginning out of the preview. */
function withPreheader(html: string, preheader: string): string {
  if (preheader === '') return html;
  const escaped = preheader.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  const hidden = `<div style="display:none;max-height:0;overflow:hidden">${escaped}${'&#847;&zwnj;&nbsp;'.repeat(60)}</div>`;
  const body = /<body\b[^>]*>/i.exec(html);
  const at = body ? body.index + body[0].length : 0;
  return html.slice(0, at) + hidden + html.slice(at);
}
