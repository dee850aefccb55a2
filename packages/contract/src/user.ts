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
  receivedAt: Instant,
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

/** That two identifiers were said to be one person, and what became of it. */
export const IdentityClaim = z.object({
  identifier: z.string(),
  userId: z.string(),
  state: z
    .enum(['joined', 'split', 'junk', 'known', 'taken', 'too-many'])
    .describe(
      'joined: one person. split: parted by a member. junk: an id that stands for nobody. known: the identifier was a known person before. taken: somebody else claimed it earlier. too-many: the user has a hundred others.',
    ),
  saidBy: z.enum(['identify', 'alias', 'member']),
  firstAt: Instant,
  lastAt: Instant,
});
export type IdentityClaim = z.infer<typeof IdentityClaim>;

/** Two identifiers that a member joins or parts. */
export const IdentityPair = z.strictObject({
  identifier: z.string().trim().min(1).max(200),
  userId: z.string().trim().min(1).max(200),
});
export type IdentityPair = z.infer<typeof IdentityPair>;

/** The portrait of one customer. */
export const UserPortrait = UserSummary.extend({
  /** The group of each type that the user belongs to. */
  groups: z.array(z.object({ type: z.string(), itemId: z.string(), at: Instant })),
  identities: z.array(IdentityClaim),
  tags: z.array(UserTag),
  experiments: z.array(z.object({ experiment: z.string(), variation: z.string(), at: Instant })),
  messages: z.array(z.object({ message: z.string(), state: z.string(), runId: z.string(), at: Instant })),
});
export type UserPortrait = z.infer<typeof UserPortrait>;
