import { z } from 'zod';
import { Column } from './columns.js';
import { Instant, StepId } from './names.js';

/** Rows that a pin may hold at each port. */
export const MOST_PINNED_ROWS = 1_000;

/** The rows of one output port, as lists in the order of the columns. */
export const PinnedRows = z.object({
  columns: z.array(Column).min(1),
  rows: z.array(z.array(z.json())).max(MOST_PINNED_ROWS),
});
export type PinnedRows = z.infer<typeof PinnedRows>;

/** Rows that stand for a step in draft runs, by output port. */
export const StepPin = z.object({
  step: StepId,
  outputs: z.record(z.string(), PinnedRows),
  pinnedAt: Instant,
  pinnedBy: z.string(),
});
export type StepPin = z.infer<typeof StepPin>;

/** A pin without its rows: how many it has at each port. */
export const PinSummary = StepPin.omit({ outputs: true }).extend({ rows: z.record(z.string(), z.number().int()) });
export type PinSummary = z.infer<typeof PinSummary>;

/** Pins what a step of a run gave, or rows that somebody wrote. */
export const PinInput = z.union([
  z.strictObject({ run: z.string().min(1) }),
  z.strictObject({ outputs: z.record(z.string(), PinnedRows) }),
]);
export type PinInput = z.infer<typeof PinInput>;
