import { hash, verify } from '@node-rs/argon2';

/** argon2id (the library's default variant) with 19 MiB and two passes, the least that OWASP advises. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashed once, so that a sign-in with an unknown address takes as long as one with a wrong password. */
const nobody = hash('nobody has this password', COST);

export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

/** False, after the usual time, when there is no hash. */
export async function isPassword(password: string, passwordHash: string | undefined): Promise<boolean> {
  const matches = await verify(passwordHash ?? (await nobody), password);
  return matches && passwordHash !== undefined;
}
