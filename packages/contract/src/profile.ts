import { z } from 'zod';
import { ColumnFamily } from './columns.js';

/** A value with how many rows have it. */
export const ValueCount = z.object({ value: z.string(), count: z.number().int() });
export type ValueCount = z.infer<typeof ValueCount>;

/** How numbers or times lie: bars of equal width from `least` to `most`. Times are milliseconds since 1970. */
export const Spread = z.object({
  least: z.number(),
  most: z.number(),
  median: z.number(),
  bars: z.array(z.number().int()),
});
export type Spread = z.infer<typeof Spread>;

/** What a column of a relation looks like over all of its rows. */
export const ColumnProfile = z.object({
  /** The column, or `column.key` for a value inside of a JSON column. */
  name: z.string(),
  family: ColumnFamily,
  /** Rows without a value, or with an empty text. */
  empty: z.number().int(),
  /** Different values; an estimate above {@link EXACT_DISTINCT}. */
  distinct: z.number().int(),
  spread: Spread.nullable(),
  /** The values that stand most often, most first; empty when none stands out. */
  top: z.array(ValueCount),
});
export type ColumnProfile = z.infer<typeof ColumnProfile>;

/** Up to so many different values are counted one by one. */
export const EXACT_DISTINCT = 65_536;

/** A part of the profile of an output port: the columns that got done, out of `of`. */
export const RelationProfile = z.object({
  port: z.string(),
  total: z.number().int(),
  of: z.number().int(),
  columns: z.array(ColumnProfile),
});
export type RelationProfile = z.infer<typeof RelationProfile>;
