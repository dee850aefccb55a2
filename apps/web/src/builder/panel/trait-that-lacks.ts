import type { Sample } from '@pelton/contract';

const LACKS = 'no ';

/** The trait for want of which people are held back, as the rows of a message step say it: `no email`. */
export function traitThatLacks({ columns, rows }: Pick<Sample, 'columns' | 'rows'>): string | undefined {
  const at = (name: string) => columns.findIndex((column) => column.name === name);
  const [state, reason] = [at('state'), at('reason')];
  const held = rows.filter((row) => row[state] === 'suppressed').map((row) => row[reason]);
  const reasons = held.filter((each) => typeof each === 'string');
  return reasons.find((each) => each.startsWith(LACKS))?.slice(LACKS.length);
}
