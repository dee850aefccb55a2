import { z } from 'zod';
import { Instant, Name, Title } from './names.js';
import { JsonSchema } from './ui.js';

/** A configured connector or channel. Secrets are write-only: an answer names those that are set. */
export const ConnectionInput = z.strictObject({
  name: Name,
  title: Title,
  kind: z.enum(['connector', 'channel']),
  /** Id of the plugin's contribution, such as `file` or `email`. */
  uses: z.string().min(1),
  config: JsonSchema.default({}),
  secrets: z.record(z.string(), z.string()).default({}),
});
export type ConnectionInput = z.infer<typeof ConnectionInput>;

export const ConnectionCheck = z.object({ ok: z.boolean(), message: z.string(), at: Instant });
export type ConnectionCheck = z.infer<typeof ConnectionCheck>;

export const Connection = ConnectionInput.omit({ secrets: true }).extend({
  secretsSet: z.array(z.string()),
  lastCheck: ConnectionCheck.nullable(),
  updatedAt: Instant,
});
export type Connection = z.infer<typeof Connection>;

/** A table that a connection offers. Types are the warehouse's; what is left out is not known. */
export const StreamInfo = z.object({
  name: z.string(),
  title: z.string(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: z.number().int().nullable(),
  /** Columns that together tell rows apart. */
  primaryKey: z.array(z.string()).optional(),
  /** Columns that only grow, the likeliest first: what is new can be told by one of them. */
  cursors: z.array(z.string()).optional(),
});
export type StreamInfo = z.infer<typeof StreamInfo>;

/** What a place that takes rows looks like; what is left out is not known. */
export const TargetInfo = z.object({
  columns: z.array(
    z.object({
      name: z.string(),
      /** A row without it is refused. */
      isNeeded: z.boolean(),
    }),
  ),
  /** Sets of columns, each of which tells its rows apart; `update` needs one of them. */
  keys: z.array(z.array(z.string())).optional(),
});
export type TargetInfo = z.infer<typeof TargetInfo>;

/** A file that was uploaded, named by its content. */
export const StoredFile = z.object({
  name: z.string(),
  title: z.string(),
  bytes: z.number().int(),
  uploadedAt: Instant,
});
export type StoredFile = z.infer<typeof StoredFile>;
