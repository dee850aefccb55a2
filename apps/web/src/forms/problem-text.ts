import type { StepProblem } from '@pelton/contract';
import { t } from '@/i18n';
import { serverText } from '@/i18n/server-text';
import type { LocalProblem } from './find-problems';

/** What is wrong and what would be right. */
export function problemText({ code, facts }: LocalProblem): string {
  return t(
    `forms.problems.${code}`,
    { limit: facts.limit ?? '', title: serverText(facts.title ?? '') },
    facts.limit ?? 1,
  );
}

/** At the field itself the reason is enough. */
export function reasonOf({ message, reason }: Pick<StepProblem, 'message' | 'reason'>): string {
  return reason ?? message;
}
