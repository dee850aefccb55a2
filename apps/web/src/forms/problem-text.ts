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

/** The server writes `field: reason`; at the field itself the reason is enough. */
export function reasonOf(problem: { message: string; field?: string | undefined }): string {
  const prefix = problem.field === undefined ? '' : `${problem.field}: `;
  return prefix && problem.message.startsWith(prefix) ? problem.message.slice(prefix.length) : problem.message;
}
