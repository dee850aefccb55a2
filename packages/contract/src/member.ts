import { z } from 'zod';
import { Instant, Name, TimeZone, Title } from './names.js';

/** From least to most: each role may do what those before it may. */
export const Role = z.enum(['viewer', 'operator', 'developer', 'admin']);
export type Role = z.infer<typeof Role>;

/** True when `role` may do what `needed` may. */
export function isAllowed(role: Role, needed: Role): boolean {
  return Role.options.indexOf(role) >= Role.options.indexOf(needed);
}

export const Email = z.email().max(254).toLowerCase();
export const Password = z.string().min(10, 'Use at least 10 characters').max(200);

export const SignIn = z.strictObject({ email: Email, password: z.string().min(1).max(200) });
export type SignIn = z.infer<typeof SignIn>;

/** Accepting a one-time link: the first admin's, printed on the console, or an invitation. */
export const SetUp = z.strictObject({ token: z.string().min(1), name: Title, email: Email, password: Password });
export type SetUp = z.infer<typeof SetUp>;

export const Member = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: Role,
  state: z.enum(['active', 'invited']),
  lastSeenAt: Instant.nullable(),
});
export type Member = z.infer<typeof Member>;

export const MemberInput = z.strictObject({ name: Title, email: Email, role: Role });
export type MemberInput = z.infer<typeof MemberInput>;

export const ProjectInput = z.strictObject({ title: Title, timezone: TimeZone.default('UTC') });
export type ProjectInput = z.infer<typeof ProjectInput>;

export const Project = z.object({
  id: z.string(),
  name: Name,
  title: Title,
  timezone: z.string(),
  sample: z.boolean(),
  createdAt: Instant,
});
export type Project = z.infer<typeof Project>;

/** Who is signed in, and where. */
export const Session = z.object({ member: Member, project: Project, projects: z.array(Project) });
export type Session = z.infer<typeof Session>;

/**
 * `write` sends events; `read` reads the API, `operate` also changes and runs; `deploy` applies a project's files, and does
 * nothing else.
 */
export const KeyScope = z.enum(['write', 'read', 'operate', 'deploy']);
export type KeyScope = z.infer<typeof KeyScope>;

/** From least to most: each of these scopes holds those before it. The others stand by themselves. */
const RISING_SCOPES: readonly KeyScope[] = ['read', 'operate'];

/** True when a key with these scopes may do what `needed` may. */
export function holdsScope(scopes: readonly KeyScope[], needed: KeyScope): boolean {
  const least = RISING_SCOPES.indexOf(needed);
  return scopes.some((scope) => scope === needed || (least >= 0 && RISING_SCOPES.indexOf(scope) > least));
}

/** A web origin, such as `https://shop.example.com`. */
const Origin = z.string().regex(/^https?:\/\/[a-z0-9.-]+(:\d+)?$/, 'Write an origin, such as https://shop.example.com');

export const KeyInput = z.strictObject({
  title: Title,
  scopes: z.array(KeyScope).min(1),
  /** Web pages that may send with this key; none named means any. */
  origins: z.array(Origin).max(50).default([]),
});
export type KeyInput = z.input<typeof KeyInput>;

/** What may change of a key after it was made. Who holds it counts on what it may do, so that stays. */
export const KeyChange = KeyInput.pick({ title: true, origins: true });
export type KeyChange = z.infer<typeof KeyChange>;

export const Key = z.object({
  id: z.string(),
  title: z.string(),
  prefix: z.string(),
  scopes: z.array(KeyScope),
  origins: z.array(z.string()),
  createdAt: Instant,
  lastUsedAt: Instant.nullable(),
});
export type Key = z.infer<typeof Key>;
