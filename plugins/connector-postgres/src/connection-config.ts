import type { ConnectorContext } from '@pelton/sdk';
import { z } from 'zod';

/** Which database a connection reads, and as whom. */
export const ConnectionConfig = z.strictObject({
  host: z
    .string()
    .min(1)
    .meta({ title: 'Host', description: 'Name or address of the server.', ui: { placeholder: 'db.example.org' } }),
  port: z.number().int().min(1).max(65_535).default(5432).meta({ title: 'Port' }),
  database: z.string().min(1).meta({ title: 'Database' }),
  user: z.string().min(1).meta({ title: 'User', description: 'One that may only read is enough to sync from.' }),
  schema: z
    .string()
    .min(1)
    .default('public')
    .meta({ title: 'Schema', description: 'Tables of this schema are offered.', ui: { advanced: true } }),
  tls: z.enum(['off', 'on', 'verify']).default('off').meta({
    title: 'Encryption',
    description: 'on: encrypted. verify: encrypted, and the server has to show a certificate that is trusted.',
  }),
});
export type ConnectionConfig = z.output<typeof ConnectionConfig>;

export type PostgresContext = ConnectorContext<ConnectionConfig>;

/** What a read asks for: one table. */
export const StreamOptions = z.strictObject({
  stream: z
    .string()
    .min(1)
    .meta({ title: 'Table', description: 'A table or view.', ui: { widget: 'stream', of: 'connection' } }),
});
export type StreamOptions = z.output<typeof StreamOptions>;

export const TargetOptions = z.strictObject({
  table: z
    .string()
    .min(1, 'Choose a table')
    .meta({
      title: 'Table',
      description: 'It has to be there, with columns of the same names.',
      ui: { widget: 'stream', of: 'connection' },
    }),
});
export type TargetOptions = z.output<typeof TargetOptions>;
