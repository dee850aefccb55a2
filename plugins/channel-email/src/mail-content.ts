import { z } from 'zod';

/**
 * What an operator writes; it arrives here rendered for one user. A subject that comes out empty for one user is that
 * message's failure, so the schema lets it pass.
 */
export const MailContent = z.strictObject({
  subject: z
    .string()
    .meta({ title: 'Subject', ui: { widget: 'template', placeholder: 'We miss you, {{ user.first_name }}' } }),
  preheader: z
    .string()
    .optional()
    .meta({
      title: 'Preview text',
      description: 'What an inbox shows after the subject.',
      ui: { widget: 'template', advanced: true },
    }),
  html: z.string().meta({ title: 'Message', ui: { widget: 'html' } }),
  text: z
    .string()
    .optional()
    .meta({
      title: 'Plain text',
      description: 'For readers without HTML; made from the message when empty.',
      ui: { widget: 'template', advanced: true },
    }),
});
export type MailContent = z.output<typeof MailContent>;
