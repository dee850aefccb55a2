import { z } from 'zod';
import { Instant } from './names.js';

/** Something that happened to a user. */
export const Event = z.object({
  messageId: z.string(),
  type: z.string(),
  event: z.string(),
  userId: z.string(),
  anonymousId: z.string(),
  timestamp: Instant,
  properties: z.record(z.string(), z.json()),
  context: z.record(z.string(), z.json()),
  source: z.string(),
});
export type Event = z.infer<typeof Event>;

/** A name that events bear, with how often and when last. */
export const EventName = z.object({
  event: z.string(),
  count: z.number().int(),
  users: z.number().int(),
  lastAt: Instant,
});
export type EventName = z.infer<typeof EventName>;

/** A property seen on events, or a trait seen on users. */
export const PropertyName = z.object({ name: z.string(), types: z.array(z.string()), examples: z.array(z.string()) });
export type PropertyName = z.infer<typeof PropertyName>;

/** A line of the users page. */
export const UserSummary = z.object({
  userId: z.string(),
  traits: z.record(z.string(), z.string()),
  events: z.number().int(),
  firstAt: Instant.nullable(),
  lastAt: Instant.nullable(),
});
export type UserSummary = z.infer<typeof UserSummary>;

export const UserTag = z.object({ tag: z.string(), title: z.string(), evidence: z.string(), enteredAt: Instant });
export type UserTag = z.infer<typeof UserTag>;

/** The portrait of one customer. */
export const UserPortrait = UserSummary.extend({
  tags: z.array(UserTag),
  experiments: z.array(z.object({ experiment: z.string(), variation: z.string(), at: Instant })),
  messages: z.array(z.object({ message: z.string(), state: z.string(), at: Instant })),
});
export type UserPortrait = z.infer<typeof UserPortrait>;
