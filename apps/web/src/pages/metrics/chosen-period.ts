import type { Grain } from '@pelton/contract';

/** The period that a page looks at, with the one before for comparison. */
export interface ChosenPeriod {
  grain: Grain;
  period: string;
  before: string | undefined;
  /** What was asked for, so that a breakdown asks for the same. */
  from: string;
  to: string;
}
