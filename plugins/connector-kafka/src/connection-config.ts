import type { ConnectorContext } from '@pelton/sdk';
import { z } from 'zod';

const BROKER = String.raw`(\[[0-9a-fA-F:]+\]|[^\s,:/@]+):\d{1,5}`;

/** Which cluster a connection reads, and as whom. */
export const ConnectionConfig = z
  .strictObject({
    brokers: z
      .string()
      .regex(new RegExp(`^\\s*${BROKER}(\\s*,\\s*${BROKER})*\\s*$`), 'Write host:port, with commas between several')
      .meta({
        title: 'Brokers',
        description: 'One or two are enough; they name the others.',
        ui: { placeholder: 'kafka-1.example.org:9092, kafka-2.example.org:9092' },
      }),
    mechanism: z.enum(['none', 'plain', 'scram-sha-256', 'scram-sha-512']).default('none').meta({
      title: 'Sign in with',
      description: 'The mechanism of SASL that the cluster wants.',
    }),
    user: z.string().optional().meta({ title: 'User', description: 'Or API key. One that may read is enough.' }),
    tls: z.enum(['off', 'on', 'verify']).default('off').meta({
      title: 'Encryption',
      description: 'on: encrypted. verify: encrypted, and each broker has to show a certificate that is trusted.',
    }),
    authority: z
      .string()
      .startsWith('-----BEGIN CERTIFICATE-----', 'Paste it with its lines BEGIN CERTIFICATE and END CERTIFICATE')
      .optional()
      .meta({
        title: 'Certificate of the authority',
        description: 'As PEM, where brokers have certificates of an authority of your own.',
        ui: { advanced: true },
      }),
    allowPrivate: z
      .boolean()
      .default(false)
      .meta({
        title: 'It is in the own network',
        description: 'Allows private and loopback addresses.',
        ui: { advanced: true },
      }),
  })
  .refine(({ mechanism, user }) => mechanism === 'none' || !!user, { path: ['user'], message: 'Enter the user' });
export type ConnectionConfig = z.output<typeof ConnectionConfig>;
export type KafkaContext = ConnectorContext<ConnectionConfig>;

/** The brokers that a member wrote, each as host:port. */
export function brokersOf({ brokers }: ConnectionConfig): string[] {
  return brokers.split(',').map((broker) => broker.trim());
}

/** What a read step asks for: one topic. */
export const StreamOptions = z.strictObject({
  stream: z
    .string()
    .min(1)
    .meta({ title: 'Topic', ui: { widget: 'stream', of: 'connection' } }),
  fields: z
    .enum(['typed', 'text'])
    .default('typed')
    .meta({
      title: 'Fields of the messages',
      description: 'typed: as the latest messages have them. text: for topics whose fields change their kind.',
      ui: { advanced: true },
    }),
});
export type StreamOptions = z.output<typeof StreamOptions>;

export const TargetOptions = z.strictObject({
  topic: z.string().min(1).meta({ title: 'Topic', description: 'It has to be there.' }),
  key: z.string().optional().meta({
    title: 'Column of the key',
    description: 'Messages of one key stay in order. Empty: messages have no key.',
  }),
});
export type TargetOptions = z.output<typeof TargetOptions>;
