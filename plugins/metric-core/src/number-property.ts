import { property, type Sql, sql, type ValueTime } from '@pelton/sdk';
import { z } from 'zod';

/** A parameter that names a property with a number. @param event the sibling parameter that names the event */
export function numberPropertyParam(event: string) {
  return z
    .string()
    .trim()
    .min(1, 'Choose the property that holds the number')
    .max(200)
    .meta({
      title: 'Property',
      description: 'A number, or text that is a number. Events without one are left out.',
      ui: { widget: 'property', of: event },
    });
}

/** The property as a Float64, and whether it is one: infinite values would spoil every sum that they are in. */
export function numberProperty(name: string, values: ValueTime): { value: Sql; isNumber: Sql } {
  const number = property(name, 'number', values);
  return { value: sql`ifNull(${number}, 0)`, isNumber: sql`ifNull(isFinite(${number}), false)` };
}
