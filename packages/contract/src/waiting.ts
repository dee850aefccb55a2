import { z } from 'zod';
import { Instant, Name } from './names.js';

/** Users who wait at one step of a pipeline, whichever version of it they entered. */
export const WaitingStep = z.object({
  step: z.string(),
  title: z.string(),
  users: z.number().int(),
  /** When the first of them goes on at the latest. */
  nextDueAt: Instant,
  /** The versions that they go on in. */
  versions: z.array(z.number().int()),
});
export type WaitingStep = z.infer<typeof WaitingStep>;

/** Who waits in a pipeline. While it is held, nobody goes on. */
export const Waiting = z.object({ isHeld: z.boolean(), users: z.number().int(), steps: z.array(WaitingStep) });
export type Waiting = z.infer<typeof Waiting>;

/** One user at one step; the same user may wait once for each `key`, such as an order. */
export const WaitingUser = z.object({
  userId: z.string(),
  key: z.string(),
  step: z.string(),
  version: z.number().int(),
  enteredAt: Instant,
  dueAt: Instant,
  /** The event that lets the user go on before that; empty when none does. */
  event: z.string(),
  /** The run that brought the user here. */
  run: z.string(),
});
export type WaitingUser = z.infer<typeof WaitingUser>;

export const WaitingPage = z.object({ total: z.number().int(), users: z.array(WaitingUser) });
export type WaitingPage = z.infer<typeof WaitingPage>;

/** Holds everybody who waits in a pipeline, or lets them go on. */
export const HoldInput = z.strictObject({ isHeld: z.boolean() });
export type HoldInput = z.infer<typeof HoldInput>;

export const WaitingRemoved = z.object({ pipeline: Name, removed: z.number().int() });
export type WaitingRemoved = z.infer<typeof WaitingRemoved>;
