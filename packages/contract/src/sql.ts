import { z } from 'zod';

/** A value that travels beside the SQL text, never in it; `type` is a ClickHouse type such as `Array(String)`. */
export const SqlValue = z.object({ type: z.string().min(1), value: z.json() });
export type SqlValue = z.infer<typeof SqlValue>;

/**
 * SQL as data: text with bound values between. It is plain JSON, so that a plugin in another process can return it and
 * the run document can keep it; names of parameters are given only when it is rendered, so fragments compose freely.
 */
export const Sql = z.object({ parts: z.array(z.union([z.string(), SqlValue])) });
export type Sql = z.infer<typeof Sql>;
