import { z } from 'zod';

/** A page of a list. */
export const Page = z.object({
  search: z.string().max(200).default(''),
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  offset: z.coerce.number().int().min(0).default(0),
});
export type Page = z.infer<typeof Page>;
