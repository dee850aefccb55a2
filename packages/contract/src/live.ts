import { z } from 'zod';
import { Instant } from './names.js';
import { RejectCode } from './tracking.js';

/** A call as it came in, and what became of it. Kept in memory for minutes, by the process that took it. */
export const LiveCall = z.object({
  /** Grows with each call that the process takes. */
  id: z.number().int(),
  receivedAt: Instant,
  /** The event's own time, corrected for a wrong clock; null when it was not stored. */
  timestamp: Instant.nullable(),
  event: z.string(),
  userId: z.string(),
  anonymousId: z.string(),
  /** The protocol, such as `segment`, or `webhook:` and a name. */
  source: z.string(),
  keyId: z.string(),
  /** Empty when the key is gone. */
  keyTitle: z.string(),
  /** Method and path that the sender called. */
  address: z.string(),
  /** Why it was refused; null when it is stored. */
  refused: z.object({ code: RejectCode, reason: z.string() }).nullable(),
  /** The call as JSON, as the sender wrote it; keys are covered. Cut off at 32 KB. */
  sent: z.string(),
  /** The row that was stored, as JSON; null when it was refused. */
  stored: z.string().nullable(),
});
export type LiveCall = z.infer<typeof LiveCall>;

/** Which calls to follow; what is empty does not narrow. */
export const LiveFilter = z.object({
  /** A part of the event's name. */
  event: z.string().max(200).default(''),
  /** A user's id or an anonymous id. */
  user: z.string().max(256).default(''),
  source: z.string().max(100).default(''),
  key: z.string().max(40).default(''),
  state: z.enum(['all', 'stored', 'refused']).default('all'),
});
export type LiveFilter = z.infer<typeof LiveFilter>;

/** What came since the last message, the oldest first. `left` counts calls that came too fast to be sent all. */
export const LiveCalls = z.object({ calls: z.array(LiveCall), left: z.number().int() });
export type LiveCalls = z.infer<typeof LiveCalls>;
