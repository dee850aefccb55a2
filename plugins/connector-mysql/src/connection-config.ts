import type { ConnectorContext } from '@pelton/sdk';
import { z } from 'zod';

/** Which database a connection reads, and as whom. */
export const ConnectionConfig = z.strictObject({
  host: z
    .string()
    .min(1)
    .meta({ title: 'Host', description: 'Name or address of the server.', ui: { placeholder: 'db.example.org' } }),
  port: z.number().int().min(1).max(65_535).default(3306).meta({ title: 'Port' }),
  database: z.string().min(1).meta({ title: 'Database', description: 'Its tables and views are offered.' }),
  user: z.string().min(1).meta({ title: 'User', description: 'One that may only read is enough to sync from.' }),
  tls: z.enum(['off', 'on', 'verify']).default('off').meta({
    title: 'Encryption',
    description: 'on: encrypted. verify: encrypted, and the server has to show a certificate that is trusted.',
  }),
  oneDigit: z
    .enum(['boolean', 'number'])
    .default('boolean')
    .meta({
      title: 'TINYINT(1) is',
      description: 'boolean: 0 is false and all else true. number: for tables that keep other numbers in it.',
      ui: { advanced: true },
    }),
});
export type ConnectionConfig = z.output<typeof ConnectionConfig>;

export type MysqlContext = ConnectorContext<ConnectionConfig>;

/** What a read or write step asks for: one table. */
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
