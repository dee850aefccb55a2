import { z } from 'zod';
import { Instant, Name, Title } from './names.js';

/** What a sender may send at most; sizes are bytes of JSON in UTF-8. */
export const LIMITS = {
  eventBytes: 32 * 1024,
  batchBytes: 500 * 1024,
  /** A body as it comes over the wire; what is longer is not read to its end. */
  bodyBytes: 1024 * 1024,
  eventsPerBatch: 1000,
  depth: 20,
  /** A body that is nested deeper is not parsed. */
  bodyDepth: 500,
  keysPerEvent: 500,
} as const;

/** Any object of JSON; how deep and how large it may be is checked for the whole event at once. */
const Facts = z.custom<Record<string, unknown>>(isObject, 'Give an object');
/** Ids are text; senders that hold numbers may send numbers. */
const Id = z.preprocess(
  (value) => (typeof value === 'number' && Number.isFinite(value) ? String(value) : value),
  z.string('Give text').min(1, 'Give at least one character').max(256, 'Give at most 256 characters'),
);
const OptionalId = z.preprocess((value) => (value === null || value === '' ? undefined : value), Id.optional());
const OptionalFacts = z.preprocess((value) => value ?? undefined, Facts.optional());
/** A time as senders write it: ISO 8601 with or without a zone, or milliseconds since 1970. */
const OptionalTime = z.preprocess(
  (value) => value ?? undefined,
  z
    .union([z.string(), z.number()])
    .refine((value) => Number.isFinite(new Date(value).getTime()), 'This is not a time; send ISO 8601')
    .optional(),
);

const Common = {
  messageId: z.preprocess(
    (value) => (value === null || value === '' ? undefined : value),
    z.string('Give text').max(100, 'Give at most 100 characters').optional(),
  ),
  userId: OptionalId,
  anonymousId: OptionalId,
  timestamp: OptionalTime,
  originalTimestamp: OptionalTime,
  sentAt: OptionalTime,
  context: OptionalFacts,
};
const Text = z.preprocess((value) => value ?? undefined, z.string().max(200, 'Give at most 200 characters').optional());

/** One call of Segment's tracking specification, which every protocol is read as. */
export const TrackingCall = z.discriminatedUnion('type', [
  z.object({
    ...Common,
    type: z.literal('track'),
    event: z.string('Name the event').min(1, 'Name the event').max(200, 'Give at most 200 characters'),
    properties: OptionalFacts,
  }),
  z.object({ ...Common, type: z.literal('page'), name: Text, category: Text, properties: OptionalFacts }),
  z.object({ ...Common, type: z.literal('screen'), name: Text, category: Text, properties: OptionalFacts }),
  z.object({ ...Common, type: z.literal('identify'), traits: OptionalFacts }),
  z.object({ ...Common, type: z.literal('group'), groupId: Id, traits: OptionalFacts }),
  z.object({ ...Common, type: z.literal('alias'), previousId: Id }),
]);
export type TrackingCall = z.infer<typeof TrackingCall>;

/** The body of `POST /v1/batch`; each call is checked by itself, so that one wrong call does not keep out the others. */
export const TrackingBatch = z.object({ batch: z.array(z.unknown()), sentAt: OptionalTime });
export type TrackingBatch = z.infer<typeof TrackingBatch>;

/** Why an event was not taken. */
export const RejectCode = z.enum(['INVALID', 'TOO_LARGE', 'TOO_DEEP', 'TOO_MANY_KEYS', 'REFUSED']);
export type RejectCode = z.infer<typeof RejectCode>;

/** An event that was not taken: its place in the batch, and why in words. */
export const RejectedEvent = z.object({
  index: z.number().int(),
  messageId: z.string(),
  code: RejectCode,
  reason: z.string(),
});
export type RejectedEvent = z.infer<typeof RejectedEvent>;

/** What a sender is told: everything that is not named in `rejected` is stored durably. */
export const TrackingAnswer = z.object({
  success: z.boolean(),
  accepted: z.number().int(),
  rejected: z.array(RejectedEvent),
});
export type TrackingAnswer = z.infer<typeof TrackingAnswer>;

/** A rejected event as it is kept, for 30 days. */
export const Reject = z.object({
  id: z.string(),
  receivedAt: Instant,
  source: z.string(),
  keyId: z.string(),
  /** Empty when the key is gone. */
  keyTitle: z.string(),
  messageId: z.string(),
  code: RejectCode,
  reason: z.string(),
  /** The event as it came, as JSON; cut off at 32 KB. */
  body: z.string(),
  /** False when the event was cut off and cannot be sent again. */
  isWhole: z.boolean(),
  replayedAt: Instant.nullable(),
});
export type Reject = z.infer<typeof Reject>;

/** Which rejects to list; those that were replayed are left out unless asked for. */
export const RejectFilter = z.object({
  code: RejectCode.optional(),
  source: z.string().max(100).default(''),
  /** A key's id. */
  key: z.string().max(40).default(''),
  /** Received at this instant or later. */
  since: Instant.optional(),
  /** Received before this instant. */
  until: Instant.optional(),
  search: z.string().max(200).default(''),
  state: z.enum(['open', 'replayed', 'all']).default('open'),
});
export type RejectFilter = z.infer<typeof RejectFilter>;

/** How many open rejects bear a code, come from a source and were sent with a key. */
export const RejectCount = z.object({
  code: RejectCode,
  source: z.string(),
  keyId: z.string(),
  keyTitle: z.string(),
  count: z.number(),
  lastAt: Instant,
});
export type RejectCount = z.infer<typeof RejectCount>;

/** How many rejects there are that a filter lets through. */
export const RejectTotal = z.object({ count: z.number().int() });
export type RejectTotal = z.infer<typeof RejectTotal>;

/** Fields that are put into each event, such as a `userId` that was missing. */
const Fields = z.record(z.string().min(1), z.json()).default({});

/** Sends rejects through the same checks again. */
export const ReplayInput = z.strictObject({ ids: z.array(z.string()).min(1).max(1000), set: Fields });
export type ReplayInput = z.infer<typeof ReplayInput>;

/** Sends all open rejects again that a filter lets through, 5,000 at most; the oldest first. */
export const ReplayMatchingInput = z.strictObject({ filter: RejectFilter.omit({ state: true }), set: Fields });
export type ReplayMatchingInput = z.infer<typeof ReplayMatchingInput>;

/** Sends one reject again as somebody has mended it. */
export const MendInput = z.strictObject({ body: z.record(z.string(), z.json()) });
export type MendInput = z.infer<typeof MendInput>;

/** What became of them. Of those refused again the first 100 are named. */
export const ReplayAnswer = z.object({
  accepted: z.number().int(),
  refused: z.number().int(),
  rejected: z.array(z.object({ id: z.string(), code: RejectCode, reason: z.string() })),
});
export type ReplayAnswer = z.infer<typeof ReplayAnswer>;

/** A path into a body, such as `data.customer.id`; nothing means that the body has no such field. */
const Path = z
  .string()
  .max(200)
  .regex(/^[^.\s]+(\.[^.\s]+)*$/, 'Write field names with dots between, such as data.customer.id');

/** How a foreign body becomes events: where each part of an event stands in it. */
export const WebhookMapping = z.strictObject({
  /** Where the list of events is; without it the body is one event, or a list of them. */
  items: Path.optional(),
  /** Where the event's name is, or the name itself when all are called the same. */
  event: z.union([z.strictObject({ path: Path }), z.strictObject({ value: z.string().min(1).max(200) })]),
  userId: Path.optional(),
  anonymousId: Path.optional(),
  messageId: Path.optional(),
  timestamp: Path.optional(),
  /** Where the properties are; without it the whole item is. */
  properties: Path.optional(),
});
export type WebhookMapping = z.infer<typeof WebhookMapping>;

/** A source that sends bodies of its own shape to `POST /v1/webhook/<name>`. */
export const WebhookInput = z.strictObject({ name: Name, title: Title, mapping: WebhookMapping });
export type WebhookInput = z.infer<typeof WebhookInput>;

export const Webhook = z.object({ ...WebhookInput.shape, updatedAt: Instant });
export type Webhook = z.infer<typeof Webhook>;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
