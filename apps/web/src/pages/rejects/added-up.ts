import type { RejectCount } from '@pelton/contract';

/** Adds counts up by one of their fields, the largest first. */
export function addedUp<Field extends 'code' | 'source' | 'keyId'>(
  counts: readonly RejectCount[],
  field: Field,
): { value: RejectCount[Field]; count: number }[] {
  const sums = new Map<RejectCount[Field], number>();
  for (const row of counts) sums.set(row[field], (sums.get(row[field]) ?? 0) + row.count);
  return [...sums].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count);
}
