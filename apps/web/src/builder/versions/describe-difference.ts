import type { GraphDifference } from '@pelton/contract';

/** How a thing stands in a comparison. */
export type Mark = 'added' | 'removed' | 'changed';

export interface DifferenceLine {
  mark: Mark;
  look: 'ok' | 'bad' | 'accent';
  text: string;
}

export const LOOKS: Record<Mark, DifferenceLine['look']> = { added: 'ok', removed: 'bad', changed: 'accent' };

/** One line for each step, and other part, that differs. @param titleOf what people call a step */
export function describeDifference(
  { added, removed, changed, others }: GraphDifference,
  titleOf: (id: string) => string,
): DifferenceLine[] {
  const line = (mark: Mark, text: string) => ({ mark, look: LOOKS[mark], text });
  return [
    ...added.map((id) => line('added', titleOf(id))),
    ...changed.map(({ id, parts }) => line('changed', `${titleOf(id)} (${parts.join(', ')})`)),
    ...removed.map((id) => line('removed', titleOf(id))),
    ...others.map((part) => line('changed', part)),
  ];
}

/** The mark of each step on one side of a comparison. */
export function marksOf({ added, removed, changed }: GraphDifference): Map<string, Mark> {
  return new Map([
    ...added.map((id) => [id, 'added'] as const),
    ...removed.map((id) => [id, 'removed'] as const),
    ...changed.map(({ id }) => [id, 'changed'] as const),
  ]);
}
