import type { Connection, EventName, ItemType, Metric } from '@pelton/contract';
import type { ProjectFacts } from './project-facts.js';

interface Found {
  events: readonly Pick<EventName, 'event'>[];
  connections: readonly Pick<Connection, 'name' | 'uses'>[];
  itemTypes: readonly Pick<ItemType, 'type' | 'referredBy'>[];
  metrics: readonly Pick<Metric, 'params' | 'shape'>[];
  timezone: string;
}

/** What a project's data and definitions say to a template. */
export function factsOf({ events, connections, itemTypes, metrics, timezone }: Found): ProjectFacts {
  const counted = metrics.flatMap(({ params: { event } }) => (typeof event === 'string' && event ? [event] : []));
  const currency = metrics.map(({ shape }) => shape.unit).find((unit) => /^\p{Sc}$/u.test(unit));
  return {
    events: [...new Set([...events.map(({ event }) => event), ...counted])],
    mailConnections: connections.filter(({ uses }) => uses === 'email').map(({ name }) => name),
    itemTypes,
    timezone,
    currency: currency ?? '',
  };
}
