import { z } from 'zod';
import { Column } from './columns.js';

/** A function that people may use: `scalar` in formulas and SQL, `aggregate` in SQL only. */
export const SqlFunction = z.object({
  name: z.string(),
  kind: z.enum(['scalar', 'aggregate']),
  /** How it is written, such as `round(x[, N])`; empty when the warehouse does not tell. */
  syntax: z.string(),
  about: z.string(),
});
export type SqlFunction = z.infer<typeof SqlFunction>;

/** What an editor of formulas and SQL completes: the functions that pass, and the project's own tables. */
export const SqlWords = z.object({
  functions: z.array(SqlFunction),
  tables: z.record(z.string(), z.array(Column)),
});
export type SqlWords = z.infer<typeof SqlWords>;
