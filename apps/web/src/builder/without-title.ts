import { nameFromTitle, type Step } from '@pelton/contract';
import { definitionOf } from './definition-of';

/** A summary without what the title of the step says already: `Order Completed · one per order_id`, `revenue by month`. */
export function withoutTitle(summary: string, step: Step, title: string): string {
  const name = definitionOf(step)?.name;
  if (name !== undefined && name === nameFromTitle(title)) return without(summary, name, ' ');
  return without(summary, title, ' · ');
}

function without(summary: string, start: string, separator: string): string {
  if (summary === start) return '';
  return summary.startsWith(start + separator) ? summary.slice(start.length + separator.length) : summary;
}
