import { z } from 'zod';

/** The lasting name of a definition, connection or pipeline: what URLs and pipelines refer to. A title may change, a name does not. */
export const Name = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Use small letters, digits and single hyphens, such as lapsed-90-days')
  .max(64);
export type Name = z.infer<typeof Name>;

export const Title = z.string().trim().min(1).max(120);
export const Description = z.string().max(2000);

/** The id of a step within its pipeline. */
export const StepId = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'Use small letters, digits and underscores, starting with a letter')
  .max(48);

/** An instant: ISO 8601 in UTC. */
export const Instant = z.iso.datetime({ offset: true });

/** An IANA time zone that this machine knows. */
export const TimeZone = z.string().refine(isTimeZone, 'This is not a time zone. Use a name such as Europe/London');

/** Makes a name out of a title: `Lapsed 90 days!` gives `lapsed-90-days`; a title without Latin letters gives `untitled`. */
export function nameFromTitle(title: string): string {
  const plain = title.normalize('NFKD').replace(/[\u0300-\u036f]/g, '');
  const name = plain
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name.slice(0, 64).replace(/-+$/, '') || 'untitled';
}

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
