import type { ConnectorContext } from '@pelton/sdk';
import { z } from 'zod';

/** Which database a connection reads, and as whom. */
export const ConnectionConfig = z.strictObject({
  url: z
    .string()
    .regex(
      /^https?:\/\/[^/?#@\s]+\/?$/,
      'Begin with http:// or https://, then host and port, without user and password',
    )
    .meta({
      title: 'Address',
      description: 'Of its HTTP interface. With https:// the server has to show a certificate that is trusted.',
      ui: { placeholder: 'https://clickhouse.example.org:8443' },
    }),
  database: z.string().min(1).default('default').meta({ title: 'Database' }),
  user: z
    .string()
    .min(1)
    .default('default')
    .meta({ title: 'User', description: 'One that may only read is enough to sync from.' }),
});
export type ConnectionConfig = z.output<typeof ConnectionConfig>;

export type ClickhouseContext = ConnectorContext<ConnectionConfig>;

/** What a read step asks for: one table. */
export const StreamOptions = z.strictObject({
  stream: z
    .string()
    .min(1)
    .meta({ title: 'Table', description: 'A table or view.', ui: { widget: 'stream', of: 'connection' } }),
});
export type StreamOptions = z.output<typeof StreamOptions>;

export const TargetOptions = z.strictObject({
  table: z.string().min(1).meta({ title: 'Table', description: 'It has to be there, with columns of the same names.' }),
});
export type TargetOptions = z.output<typeof TargetOptions>;
