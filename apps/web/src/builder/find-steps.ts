import type { StepView } from './step-view';

/** The steps that a person looks for, by words in any order; those whose title has them come first. */
export function findSteps(views: readonly StepView[], search: string): StepView[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (text: string) => words.every((word) => text.toLowerCase().includes(word));
  const found = views.filter(({ id, title, kind, summary, problem = '' }) =>
    has([title, kind, id, summary, problem].join(' ')),
  );
  return found.toSorted((a, b) => Number(has(b.title)) - Number(has(a.title)));
}
