import { toJsonSchema } from '@pelton/contract';
import type { z } from 'zod';
import { type Contribution, type Described, readParams } from './contribution.js';

export interface ChannelContext<Config> {
  config: Config;
  secrets: Record<string, string>;
}

/** A message that is ready to leave: rendered, links rewritten. `id` is the same each time the message is tried. */
export interface OutgoingMessage<Content> {
  id: string;
  /** The user's address, from the trait that the channel names. */
  to: string;
  content: Content;
  /** Where one click unsubscribes, by POST. */
  unsubscribeUrl: string;
}

/** What became of one message. `uncertain`: it may have left, so it must not be tried again. */
export type SendResult =
  | { id: string; state: 'sent'; externalId: string }
  | { id: string; state: 'failed'; reason: string; retryable: boolean }
  | { id: string; state: 'uncertain'; reason: string };

export interface Channel<C extends z.ZodType, M extends z.ZodType> extends Described {
  config: C;
  secrets?: string[];
  /** What an operator writes. Fields with the hint `template` or `html` are rendered with Liquid for each user. */
  content: M;
  /** The trait that holds a user's address on this channel. */
  address: string;
  limits: { perSecond: number; burst: number; batch: number };
  check(context: ChannelContext<z.output<C>>): Promise<{ ok: boolean; message: string }>;
  /** One result for each message, in any order. Throws CHANNEL_UNREACHABLE when none could leave and all may be tried again. */
  send(context: ChannelContext<z.output<C>>, batch: OutgoingMessage<z.output<M>>[]): Promise<SendResult[]>;
}

export interface ChannelCalls {
  check(argument: { config: unknown; secrets: Record<string, string> }): Promise<{ ok: boolean; message: string }>;
  send(argument: {
    config: unknown;
    secrets: Record<string, string>;
    batch: OutgoingMessage<unknown>[];
  }): Promise<SendResult[]>;
}

/** Declares a way to reach users. */
export function defineChannel<C extends z.ZodType, M extends z.ZodType>(
  channel: Channel<C, M>,
): Contribution<'channel'> {
  const { id, title, description, icon, address, limits, secrets = [] } = channel;
  const read = (argument: { config: unknown; secrets: Record<string, string> }) => ({
    config: readParams(channel.config, argument.config),
    secrets: argument.secrets,
  });
  return {
    kind: 'channel',
    spec: {
      kind: 'channel',
      id,
      title,
      description,
      icon,
      address,
      limits,
      secrets,
      config: toJsonSchema(channel.config),
      content: toJsonSchema(channel.content),
    },
    calls: {
      check: async (argument) => channel.check(read(argument)),
      send: async (argument) => {
        const batch = argument.batch.map((message) => ({
          ...message,
          content: readParams(channel.content, message.content),
        }));
        return channel.send(read(argument), batch);
      },
    },
  };
}
