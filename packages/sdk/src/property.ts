import type { ColumnFamily, Sql } from '@pelton/contract';
import { identifier, sql } from './sql.js';

/** Which value of a user or an item counts for an event: the one of now (of as-of), or the one of then. */
export type ValueTime = 'latest' | 'at_the_time_of_the_event';

/**
 * A property of an event as a value of one family. Properties are JSON whose types differ from row to row, so each use
 * says what it wants: text is empty and everything else is null where the property is missing or is something else.
 * @param name path with dots, such as `address.city`; or, with an @, of whom the event is about: `@user.country` for a
 * trait of its user, `@product.price` for a property of the product that it refers to
 * @param values which value of a user or an item it is
 */
export function property(name: string, family: ColumnFamily, values: ValueTime = 'latest'): Sql {
  const isThen = values === 'at_the_time_of_the_event' && name.startsWith('@') && !name.startsWith('@@');
  const path = identifier('properties', ...`${isThen ? '@' : ''}${name}`.split('.'));
  switch (family) {
    case 'number':
      return sql`accurateCastOrNull(${path}, 'Float64')`;
    case 'boolean':
      return sql`accurateCastOrNull(${path}, 'Bool')`;
    case 'time':
      return sql`parseDateTime64BestEffortOrNull(toString(${path}), 3, 'UTC')`;
    case 'text':
    case 'json':
    case 'list':
    case 'other':
      return sql`toString(${path})`;
  }
}

/**
 * A trait of a user, kept as text, as a value of one family; empty or null where the user lacks it.
 * @param name such as `country`; `@company.plan` is a trait of the company that the user belongs to
 */
export function trait(name: string, family: ColumnFamily): Sql {
  const text = sql`traits[${name}]`;
  switch (family) {
    case 'number':
      return sql`toFloat64OrNull(${text})`;
    case 'boolean':
      return sql`accurateCastOrNull(${text}, 'Bool')`;
    case 'time':
      return sql`parseDateTime64BestEffortOrNull(${text}, 3, 'UTC')`;
    case 'text':
    case 'json':
    case 'list':
    case 'other':
      return text;
  }
}

/**
 * An event of this name, as a boolean expression over events; with no name, anything that a user did: identify calls and
 * what Pelton itself noted, such as a message it sent, are not.
 */
export function isEvent(name: string): Sql {
  return name ? sql`event = ${name}` : sql`type NOT IN ('identify', 'system')`;
}
