import type { UserSummary } from '@pelton/contract';

/** The traits that most of these users have, the most common first; of equals the first by name. */
export function commonTraits(users: readonly Pick<UserSummary, 'traits'>[], most: number): string[] {
  const counts = new Map<string, number>();
  for (const { traits } of users) {
    for (const trait of Object.keys(traits)) counts.set(trait, (counts.get(trait) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a, x], [b, y]) => y - x || a.localeCompare(b))
    .slice(0, most)
    .map(([trait]) => trait);
}

/** What to call somebody: their name as far as traits tell it, else their e-mail address, else nothing. */
export function nameOf(traits: Record<string, string>): string {
  const full = [traits['first_name'] ?? traits['firstName'], traits['last_name'] ?? traits['lastName']]
    .filter(Boolean)
    .join(' ');
  return (traits['name'] ?? full) || (traits['email'] ?? '');
}
