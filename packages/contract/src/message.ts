import { z } from 'zod';
import { Description, Instant, Name, Title } from './names.js';
import { JsonSchema } from './ui.js';

export const MessageInput = z.strictObject({
  name: Name,
  title: Title,
  description: Description.default(''),
  /** The connection of a channel that carries it. */
  connection: Name,
  /** By the channel's schema; text with Liquid tags is rendered for each user. */
  content: JsonSchema,
});
export type MessageInput = z.infer<typeof MessageInput>;

export const Message = MessageInput.extend({ version: z.number().int(), updatedAt: Instant, updatedBy: z.string() });
export type Message = z.infer<typeof Message>;

/** The four ends of an accepted message, and the two states before. */
export const DeliveryState = z.enum(['accepted', 'sending', 'sent', 'suppressed', 'failed', 'uncertain']);
export type DeliveryState = z.infer<typeof DeliveryState>;

export const Delivery = z.object({
  id: z.string(),
  message: z.string(),
  userId: z.string(),
  state: DeliveryState,
  reason: z.string().nullable(),
  runId: z.string(),
  /** The pipeline and its step that sent it, in this run. */
  pipeline: z.string(),
  stepId: z.string(),
  at: Instant,
  openedAt: Instant.nullable(),
  clickedAt: Instant.nullable(),
});
export type Delivery = z.infer<typeof Delivery>;

export const DeliveryCounts = z.object({
  accepted: z.number().int(),
  sent: z.number().int(),
  suppressed: z.number().int(),
  failed: z.number().int(),
  uncertain: z.number().int(),
  opened: z.number().int(),
  clicked: z.number().int(),
  unsubscribed: z.number().int(),
});
export type DeliveryCounts = z.infer<typeof DeliveryCounts>;

/** A message as one user would get it. */
export const MessageSample = z.object({
  userId: z.string(),
  /** The address that the channel would send to. */
  to: z.string(),
  /** What was rendered, in the order of the channel's fields. */
  parts: z.array(z.object({ title: z.string(), text: z.string(), isHtml: z.boolean() })),
});
export type MessageSample = z.infer<typeof MessageSample>;

/** What a message looks like for one user, or with made-up traits. */
export const MessagePreview = z.object({
  content: z.record(z.string(), z.json()),
  userId: z.string().nullable(),
  missing: z.array(z.string()),
});
export type MessagePreview = z.infer<typeof MessagePreview>;
