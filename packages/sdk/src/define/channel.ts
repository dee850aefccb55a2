import { refusedParam, toJsonSchema } from '@pelton/contract';
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
  /** What the channel bears; a connection whose config has a number `perSecond` says it for itself. */
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
        const context = read(argument);
        const { readable, refused } = sortOut(channel.content, argument.batch);
        return [...refused, ...(readable.length ? await channel.send(context, readable) : [])];
      },
    },
  };
}

/** One message whose content does not fit fails alone; it does not hold up its batch. */
function sortOut<M extends z.ZodType>(content: M, batch: OutgoingMessage<unknown>[]) {
  const readable: OutgoingMessage<z.output<M>>[] = [];
  const refused: SendResult[] = [];
  for (const message of batch) {
    const result = content.safeParse(message.content);
    if (result.success) readable.push({ ...message, content: result.data });
    else {
      const { message: reason } = refusedParam(result.error.issues, toJsonSchema(content));
      refused.push({ id: message.id, state: 'failed', reason, retryable: false });
    }
  }
  return { readable, refused };
}
