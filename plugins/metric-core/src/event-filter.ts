import {
  compileCondition,
  Condition,
  describeCondition,
  isEvent,
  resolvePropertyOf,
  type Sql,
  sql,
  type ValueTime,
  type Vantage,
} from '@pelton/sdk';
import { z } from 'zod';

/** Which events count: those of one name, or of any when it is empty, of which the condition holds. */
export interface EventFilter {
  event: string;
  where: Condition;
  /** Which values of users and items the condition looks at. */
  values: ValueTime;
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
export function matches({ event, where, values }: EventFilter, from: Vantage): Sql {
  return sql`(${isEvent(event)} AND ${compileCondition(where, resolvePropertyOf(values), from)})`;
}

/** `Order Completed event` or, of any name, `event`. */
export function nounOf({ event }: Pick<EventFilter, 'event'>): string {
  return event ? `${event} event` : 'event';
}

/** ` where country is France`, or nothing. */
export function whereWords({ where }: Pick<EventFilter, 'where'>): string {
  const words = describeCondition(where);
  return words && ` where ${words}`;
}
