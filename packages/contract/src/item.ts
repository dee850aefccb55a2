import { z } from 'zod';
import { Instant, Title } from './names.js';
import { Event, PropertyName } from './user.js';

/** Names that mean something else where a type may stand. */
const RESERVED = ['user', 'types', 'fields'];

/** The name of an item type, such as `product`. Definitions name its properties as `@product.price`. */
export const ItemTypeName = z
  .string()
  .regex(/^[A-Za-z0-9_-]+$/, 'Use letters, digits, underscores and hyphens, such as product')
  .max(64)
  .refine((name) => !RESERVED.includes(name), 'This name is taken. Choose another, such as product');
export type ItemTypeName = z.infer<typeof ItemTypeName>;

/** What a member says of an item type. */
export const ItemTypeInput = z.strictObject({
  title: Title,
  /** Properties of events that hold an item's id, such as `product_id`; the first that is there counts. */
  referredBy: z.array(z.string().trim().min(1).max(200)).max(10).default([]),
});
export type ItemTypeInput = z.infer<typeof ItemTypeInput>;

/** A type of items that a member described or that the data has. Items with members are groups. */
export const ItemType = ItemTypeInput.extend({
  type: z.string(),
  items: z.number().int(),
  /** Users who belong to an item of it; 0 for what nobody is a member of. */
  members: z.number().int(),
});
export type ItemType = z.infer<typeof ItemType>;

/** A line of the items page: the latest value of each property, as text. */
export const ItemSummary = z.object({
  itemId: z.string(),
  properties: z.record(z.string(), z.string()),
  updatedAt: Instant,
  members: z.number().int(),
});
export type ItemSummary = z.infer<typeof ItemSummary>;

export const ItemPage = z.object({ total: z.number().int(), items: z.array(ItemSummary) });
export type ItemPage = z.infer<typeof ItemPage>;

/** That a property got another value. */
export const ItemChange = z.object({ property: z.string(), value: z.string(), at: Instant });
export type ItemChange = z.infer<typeof ItemChange>;

/** One item: what it is, what it was, who belongs to it, and what happened with it. */
export const Item = ItemSummary.extend({
  type: ItemType,
  /** Latest first, 200 at most. */
  history: z.array(ItemChange),
  /** Those who came last first, 100 at most. */
  memberList: z.array(z.object({ userId: z.string(), at: Instant })),
  /** Latest first, 20 at most: those that refer to it, or of a group's members. */
  events: z.array(Event),
});
export type Item = z.infer<typeof Item>;

/** A value of whom an event is about, by the name under which definitions use it: `@user.plan`, `@product.price`. */
export const RelatedName = PropertyName.extend({ of: z.enum(['user', 'item', 'group']) });
export type RelatedName = z.infer<typeof RelatedName>;
