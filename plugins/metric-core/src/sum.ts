import { defineMetric, sql, valuesParam, valuesWords } from '@pelton/sdk';
import { z } from 'zod';
import { dimensionsParam } from './dimensions.js';
import { eventParam, matches, nounOf, whereParam, whereWords } from './event-filter.js';
import { compileFacts } from './facts.js';
import { numberProperty, numberPropertyParam } from './number-property.js';
import { inverseParam, unitParam } from './shape-params.js';

/** A property added up: revenue, quantity. */
export const sum = defineMetric({
  id: 'sum',
  title: 'Sum',
  description: 'A property of an event added up, such as revenue.',
  icon: 'calculator',
  params: z.strictObject({
    event: eventParam('Event'),
    property: numberPropertyParam('event'),
    where: whereParam('Where', 'event'),
    dimensions: dimensionsParam('event'),
    values: valuesParam(),
    unit: unitParam(''),
    inverse: inverseParam(),
  }),
  shape: ({ unit, inverse, dimensions, property, ...filter }) => ({
    type: 'sum',
    unit,
    inverse,
    dimensions,
    reads: `Sum of ${property} over all ${nounOf(filter)}s in the period${whereWords(filter)}.${valuesWords(filter.values)}`,
  }),
  compile: ({ dimensions, property, ...filter }, context) => {
    const { value, isNumber } = numberProperty(property, filter.values);
    return compileFacts(context, {
      where: sql`${matches(filter, context)} AND ${isNumber}`,
      value,
      dimensions,
      values: filter.values,
    });
  },
});
