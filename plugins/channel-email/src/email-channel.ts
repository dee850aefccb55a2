import { defineChannel } from '@pelton/sdk';
import { checkServer } from './check-server.js';
import { MailServer } from './mail-server.js';
import { MailContent } from './mail-content.js';
import { sendBatch } from './send-batch.js';

/** Sends e-mail through an SMTP server. */
export const emailChannel = defineChannel({
  id: 'email',
  title: 'E-mail',
  description: 'Sends e-mail through an SMTP server, with an unsubscribe link that works in one click.',
  icon: 'mail',
  config: MailServer,
  secrets: ['password'],
  content: MailContent,
  address: 'email',
  limits: { perSecond: 10, burst: 20, batch: 100 },
  check: ({ config, secrets }) => checkServer(config, secrets['password']),
  send: ({ config, secrets }, batch) => sendBatch(config, secrets['password'], batch),
});
