import { z } from 'zod';
import { Instant } from './names.js';

const Json = z.record(z.string(), z.json());
const Common = {
  messageId: z.string().min(1).max(100).optional(),
  userId: z.string().min(1).max(256).optional(),
  anonymousId: z.string().min(1).max(256).optional(),
  timestamp: Instant.optional(),
  context: Json.optional(),
};

/** One call of Segment's tracking specification, as far as the first version takes it. */
export const TrackingCall = z.discriminatedUnion('type', [
  z.object({ ...Common, type: z.literal('track'), event: z.string().min(1).max(200), properties: Json.optional() }),
  z.object({ ...Common, type: z.literal('page'), name: z.string().max(200).optional(), properties: Json.optional() }),
  z.object({ ...Common, type: z.literal('identify'), traits: Json.optional() }),
]);
export type TrackingCall = z.infer<typeof TrackingCall>;

export const TrackingBatch = z.object({ batch: z.array(TrackingCall).min(1).max(1000), sentAt: Instant.optional() });
export type TrackingBatch = z.infer<typeof TrackingBatch>;
