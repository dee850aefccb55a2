import { defineChannel } from '@pelton/sdk';
import { MailServer } from './mail-server.js';
import { MailContent } from './mail-content.js';

/** Sends e-mail through an SMTP server. What speaks SMTP is not loaded before it is needed. */
export const emailChannel = defineChannel({
  id: 'email',
  title: 'E-mail',
  description: 'Sends e-mail through an SMTP server, with an unsubscribe link that works in one click.',
  icon: 'at',
  config: MailServer,
  secrets: ['password'],
  content: MailContent,
  address: 'email',
  limits: { perSecond: 10, burst: 20, batch: 100 },
  async check({ config, secrets }) {
    const { checkServer } = await import('./check-server.js');
    return checkServer(config, secrets['password']);
  },
  async send({ config, secrets }, batch) {
    const { sendBatch } = await import('./send-batch.js');
    return sendBatch(config, secrets['password'], batch);
  },
});
