import type { RunInput } from '@pelton/contract';

/** What to run, as a person chose it: the draft or the live version, whole or a part, dry or not. */
export type RunChoice = Pick<RunInput, 'draft' | 'asOf' | 'part'> & { dry?: boolean };
