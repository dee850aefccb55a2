import type { ConnectorContext } from '@pelton/sdk';
import { z } from 'zod';

/** Which bucket a connection reads, and as whom. */
export const ConnectionConfig = z.strictObject({
  endpoint: z
    .union([z.url({ protocol: /^https?$/ }), z.literal('')])
    .default('')
    .meta({
      title: 'Endpoint',
      description: 'Address of the service; empty for Amazon S3.',
      ui: { placeholder: 'https://storage.example.org' },
    }),
  region: z
    .string()
    .min(1)
    .default('us-east-1')
    .meta({ title: 'Region', ui: { placeholder: 'eu-west-2' } }),
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'Write the name of the bucket alone, in small letters')
    .meta({ title: 'Bucket' }),
  prefix: z
    .string()
    .max(512)
    .default('')
    .meta({
      title: 'Folder',
      description: 'Only objects below it are seen; empty for the whole bucket.',
      ui: { placeholder: 'exports/' },
    }),
  pathStyle: z
    .boolean()
    .default(true)
    .meta({
      title: 'The bucket stands in the path',
      description: 'As most services want it; off: it stands in the name of the host.',
      ui: { advanced: true },
    }),
  accessKeyId: z.string().default('').meta({
    title: 'Access key',
    description: 'One that may list and read is enough; empty for a public bucket.',
  }),
  allowPrivate: z
    .boolean()
    .default(false)
    .meta({
      title: 'It is in the own network',
      description: 'Allows private and loopback addresses.',
      ui: { advanced: true },
    }),
});
export type ConnectionConfig = z.output<typeof ConnectionConfig>;

/** What the keys of all objects of a connection begin with. */
export function rootOf({ prefix }: ConnectionConfig): string {
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
}

export type S3Context = ConnectorContext<ConnectionConfig>;
