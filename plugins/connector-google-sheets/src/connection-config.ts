import type { ConnectorContext } from '@pelton/sdk';
import { z } from 'zod';

/** How a connection signs in to Google Sheets. */
export const ConnectionConfig = z.strictObject({
  access: z.enum(['link', 'service-account']).default('service-account').meta({
    title: 'Sign in',
    description:
      'link: sheets that everybody with the link may see. service-account: sheets shared with an account made for it.',
  }),
  spreadsheet: z
    .string()
    .regex(
      /^(https:\/\/docs\.google\.com\/spreadsheets\/d\/)?[\w-]{20,}([/?#].*)?$/,
      'Paste the link of the spreadsheet',
    )
    .meta({
      title: 'Link of the spreadsheet',
      description: 'As the address bar or the button Share gives it.',
      ui: { placeholder: 'https://docs.google.com/spreadsheets/d/…' },
    }),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({
      title: 'Endpoint',
      description: 'Of an emulator that stands in for Google; empty for Google itself.',
      ui: { advanced: true },
    }),
  allowPrivate: z
    .boolean()
    .default(false)
    .meta({
      title: 'The emulator is in the own network',
      description: 'Allows private and loopback addresses.',
      ui: { advanced: true },
    }),
});
export type ConnectionConfig = z.output<typeof ConnectionConfig>;

export type SheetsContext = ConnectorContext<ConnectionConfig>;

/** What a read step asks for: one tab. */
export const StreamOptions = z.strictObject({
  stream: z
    .string()
    .min(1)
    .meta({
      title: 'Tab',
      description: 'Name of the tab; its first row holds the names of the columns.',
      ui: { widget: 'stream', of: 'connection', placeholder: 'Sheet1' },
    }),
});
export type StreamOptions = z.output<typeof StreamOptions>;

/** The id within a link, or the id itself. */
export function spreadsheetId({ spreadsheet }: ConnectionConfig): string {
  return /(?:\/d\/)?([\w-]{20,})/.exec(spreadsheet)?.[1] ?? '';
}
