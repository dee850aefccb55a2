import type { Step, StepProblem } from '@pelton/contract';
import { stable } from './changed-steps';

/**
 * The problems that a check found which may still stand: what was said of a parameter or an input that was changed since
 * is not said again before the next check says so.
 */
export function standingProblems(problems: readonly StepProblem[], checked: Step, now: Step): StepProblem[] {
  return problems.filter(({ field, port }) => {
    if (port !== undefined) return checked.inputs[port] === now.inputs[port];
    const [name] = field?.split('.') ?? [];
    return !name || stable(checked.with[name]) === stable(now.with[name]);
  });
}
