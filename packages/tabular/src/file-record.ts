/**
 * A row as JSON: a time is text in UTC such as `2010-12-01 08:26:00.000`, an integer too large for JavaScript is text.
 */
export type FileRecord = Record<string, string | number | boolean | null>;

/** How many rows a batch holds. */
export const BATCH_ROWS = 1_000;
