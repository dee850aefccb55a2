import { z } from 'zod';
import { Instant } from './names.js';
import { RunSummary } from './run.js';

/** The loop at a glance, over the last 28 days before the newest event. */
export const Overview = z.object({
  from: Instant.nullable(),
  to: Instant.nullable(),
  collect: z.object({ events: z.number().int(), users: z.number().int(), sources: z.number().int() }),
  understand: z.object({ metrics: z.number().int(), tags: z.number().int() }),
  operate: z.object({ experiments: z.number().int(), running: z.number().int() }),
  reach: z.object({ sent: z.number().int(), suppressed: z.number().int() }),
  reactions: z.number().int(),
  runs: z.array(RunSummary),
});
export type Overview = z.infer<typeof Overview>;

export const ServiceHealth = z.object({ ok: z.boolean(), ms: z.number(), error: z.string().optional() });
export type ServiceHealth = z.infer<typeof ServiceHealth>;

/**
 * Answer of `/healthz`: 200 when every service answers, the disk of the data folder is not full and the process is not about
 * to end, else 503.
 */
export const Health = z.object({
  ok: z.boolean(),
  version: z.string(),
  services: z.object({
    documents: ServiceHealth,
    queue: ServiceHealth,
    warehouse: ServiceHealth,
    disk: ServiceHealth,
  }),
});
export type Health = z.infer<typeof Health>;

/** How far the sample project is. */
export const SampleState = z.object({
  state: z.enum(['absent', 'making', 'ready', 'failed']),
  step: z.string(),
  done: z.number(),
  of: z.number(),
  error: z.string().nullable(),
  projectId: z.string().nullable(),
});
export type SampleState = z.infer<typeof SampleState>;

/** A mail that the development catcher received instead of the world. */
export const CaughtMail = z.object({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  subject: z.string(),
  at: Instant,
});
export type CaughtMail = z.infer<typeof CaughtMail>;
export const CaughtMailBody = CaughtMail.extend({
  html: z.string(),
  text: z.string(),
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
});
export type CaughtMailBody = z.infer<typeof CaughtMailBody>;
