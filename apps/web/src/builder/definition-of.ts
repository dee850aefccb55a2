import type { Step } from '@pelton/contract';

const NOUNS = ['metric', 'tag', 'experiment', 'message'] as const;
export type Noun = (typeof NOUNS)[number];

/** The definition that a step uses, if it uses one and one is chosen. */
export function definitionOf(step: Step): { noun: Noun; name: string } | undefined {
  const noun = NOUNS.find((each) => step.uses === `core/${each}`);
  const name = noun && step.with[noun];
  return noun && typeof name === 'string' && name !== '' ? { noun, name } : undefined;
}
