import type { ColumnFamily, WireProblem } from '@pelton/contract';

/** What stands where a column is needed: the column itself with another type, or those that look like it. */
export function columnsInPlace({ column, found, closest }: WireProblem): { name: string; family: ColumnFamily }[] {
  return found ? [{ name: column, family: found }] : closest;
}
