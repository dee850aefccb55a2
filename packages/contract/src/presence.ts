import { z } from 'zod';

/** A page tells that somebody has a pipeline open; each open page has an id of its own. */
export const PresenceBeat = z.strictObject({ page: z.string().regex(/^[a-z0-9-]{8,40}$/) });
export type PresenceBeat = z.infer<typeof PresenceBeat>;

/** A member who has the pipeline open in another page. `isEditing`: may change the draft. */
export const Present = z.object({ memberId: z.string(), name: z.string(), isEditing: z.boolean() });
export type Present = z.infer<typeof Present>;

/** How often a page tells that it is open; after three times of silence it counts as closed. */
export const PRESENCE_BEAT_MS = 10_000;
