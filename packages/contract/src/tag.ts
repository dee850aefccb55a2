import { z } from 'zod';
import { Description, Instant, Name, Title } from './names.js';
import { JsonSchema } from './ui.js';

/** A tag as a person writes it. A tag is the one definition of a segment: pages, experiments and messages use it alike. */
export const TagInput = z.strictObject({
  name: Name,
  title: Title,
  description: Description.default(''),
  template: z.string().min(1),
  params: JsonSchema,
});
export type TagInput = z.infer<typeof TagInput>;

export const Tag = TagInput.extend({
  version: z.number().int(),
  reads: z.string(),
  members: z.number().int().nullable(),
  evaluatedAt: Instant.nullable(),
  updatedAt: Instant,
  updatedBy: z.string(),
});
export type Tag = z.infer<typeof Tag>;

/** A person in a tag, with the reason. */
export const TagMember = z.object({
  userId: z.string(),
  value: z.string(),
  score: z.number().nullable(),
  evidence: z.string(),
  enteredAt: Instant,
  leftAt: Instant.nullable(),
});
export type TagMember = z.infer<typeof TagMember>;

export const TagMembers = z.object({
  total: z.number().int(),
  entered: z.number().int(),
  left: z.number().int(),
  asOf: Instant.nullable(),
  members: z.array(TagMember),
});
export type TagMembers = z.infer<typeof TagMembers>;

/** How large a rule would be now, before it is saved. */
export const TagPreview = z.object({
  members: z.number().int(),
  users: z.number().int(),
  sample: z.array(TagMember),
  sql: z.string(),
  ms: z.number(),
});
export type TagPreview = z.infer<typeof TagPreview>;
