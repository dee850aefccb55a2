import { z } from 'zod';
import { MAIL_ADDRESS } from './mail-address.js';

const ONE_LINE = /^[^\r\n]*$/;

/** The SMTP server of a connection and the sender that its mails name. */
export const MailServer = z.strictObject({
  host: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, 'Enter a host name or an address, such as smtp.example.com')
    .meta({ title: 'Host', description: 'Name of the SMTP server.', ui: { placeholder: 'smtp.example.com' } }),
  port: z.int().min(1).max(65_535).default(587).meta({ title: 'Port', description: 'Usually 587, or 465 for tls.' }),
  secure: z.enum(['none', 'starttls', 'tls']).default('starttls').meta({
    title: 'Encryption',
    description:
      'starttls: begins in plain text and must switch (port 587). tls: from the start (port 465). none: never.',
  }),
  user: z
    .string()
    .regex(ONE_LINE)
    .optional()
    .meta({ title: 'User name', description: 'Empty when the server asks for none.' }),
  from: z
    .string()
    .regex(MAIL_ADDRESS, 'Enter one e-mail address')
    .meta({
      title: 'Sender address',
      description: 'The server must accept it.',
      ui: { placeholder: 'shop@example.com' },
    }),
  fromName: z.string().max(100).regex(ONE_LINE).optional().meta({
    title: 'Sender name',
    description: 'Shown beside the address.',
  }),
  replyTo: z
    .string()
    .refine((text) => text === '' || MAIL_ADDRESS.test(text), 'Enter one e-mail address')
    .optional()
    .meta({
      title: 'Reply to',
      description: 'Where answers go; empty for the sender address.',
      ui: { advanced: true },
    }),
  perSecond: z
    .number()
    .min(0.1)
    .max(1000)
    .optional()
    .meta({
      title: 'At most',
      description: 'What the server bears; empty for 10.',
      ui: { unit: 'mails a second', advanced: true },
    }),
});
export type MailServer = z.output<typeof MailServer>;

/** What a person knows the server by. */
export function serverName({ host, port }: MailServer): string {
  return `${host}:${port}`;
}
