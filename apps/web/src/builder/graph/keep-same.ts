import { stable } from './changed-steps';

/**
 * What was there before, wherever it says the same as what is there now: so that nobody who watches it has to look again.
 * @param before undefined the first time
 */
export function keepSame<T extends { id: string }>(before: T[] | undefined, now: T[]): T[] {
  if (!before) return now;
  const known = new Map(before.map((each) => [each.id, each]));
  const kept = now.map((each) => {
    const old = known.get(each.id);
    return old && stable(old) === stable(each) ? old : each;
  });
  return kept.length === before.length && kept.every((each, index) => each === before[index]) ? before : kept;
}
