import type { ItemType } from '@pelton/contract';

/** What is known of a project when a template suggests answers. */
export interface ProjectFacts {
  /** Names of events that came in or that metrics count, the most frequent first. */
  events: readonly string[];
  /** Connections that can carry a mail. */
  mailConnections: readonly string[];
  itemTypes: readonly Pick<ItemType, 'type' | 'referredBy'>[];
  timezone: string;
  /** The unit that the project's metrics count money in. */
  currency: string;
}

/**
 * The event that means something in this project.
 * @param names the usual names, the best first; the first of them when the project has nothing alike
 * @param alike tells an event that means the same by another name
 */
export function eventFor({ events }: ProjectFacts, names: readonly [string, ...string[]], alike: RegExp): string {
  return names.find((name) => events.includes(name)) ?? events.find((name) => alike.test(name)) ?? names[0];
}

export const purchaseOf = (facts: ProjectFacts) =>
  eventFor(facts, ['Order Completed', 'Purchase'], /order (completed|paid)|purchas|bought|checkout completed/i);

export const signUpOf = (facts: ProjectFacts) =>
  eventFor(facts, ['Signed Up', 'Account Created'], /sign.?(ed)?.?up|regist|account created/i);

export const cartOf = (facts: ProjectFacts) =>
  eventFor(facts, ['Product Added', 'Added to Cart'], /(added|add).*(cart|basket)|product added/i);

export const viewOf = (facts: ProjectFacts) =>
  eventFor(facts, ['Product Viewed', 'Item Viewed'], /(product|item).*view/i);

export const visitOf = (facts: ProjectFacts) => eventFor(facts, ['Page Viewed', 'Page'], /page|visit|session/i);
