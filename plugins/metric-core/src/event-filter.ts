import { compileCondition, Condition, describeCondition, isEvent, resolveProperty, type Sql, sql } from '@pelton/sdk';
import { z } from 'zod';

/** Which events count: those of one name, or of any when it is empty, of which the condition holds. */
export interface EventFilter {
  event: string;
  where: Condition;
}

/** A parameter that names an event; empty means any event. */
export function eventParam(title: string, description = 'Empty means anything that a user did.') {
  return z
    .string()
    .trim()
    .max(200)
    .default('')
    .meta({ title, description, ui: { widget: 'event' } });
}

/** A parameter that narrows events by their properties. @param event the sibling parameter that names the event */
export function whereParam(title: string, event: string) {
  return Condition.default({ combinator: 'and', rules: [] }).meta({
    title,
    description: 'Only events of which this holds. Empty means all of them.',
    ui: { widget: 'condition', of: `event:${event}` },
  });
}

/** @returns a boolean expression over the columns of events, never NULL */
export function matches({ event, where }: EventFilter, asOf: string): Sql {
  return sql`(${isEvent(event)} AND ${compileCondition(where, resolveProperty, asOf)})`;
}

/** `Order Completed event` or, of any name, `event`. */
export function nounOf({ event }: EventFilter): string {
  return event ? `${event} event` : 'event';
}

/** ` where country is France`, or nothing. */
export function whereWords({ where }: EventFilter): string {
  const words = describeCondition(where);
  return words && ` where ${words}`;
}
