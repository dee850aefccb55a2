import { defineMetric, sql, valuesParam, valuesWords } from '@pelton/sdk';
import { z } from 'zod';
import { dimensionsParam } from './dimensions.js';
import { eventParam, matches, nounOf, whereParam, whereWords } from './event-filter.js';
import { compileFacts } from './facts.js';
import { numberProperty, numberPropertyParam } from './number-property.js';
import { inverseParam, unitParam } from './shape-params.js';

/** The mean of a property over events: average order value. */
export const mean = defineMetric({
  id: 'mean',
  title: 'Mean',
  description: 'The mean of a property over events, such as average order value.',
  icon: 'math-avg',
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
    type: 'mean',
    unit,
    inverse,
    dimensions,
    reads: `Mean of ${property} per ${nounOf(filter)} in the period${whereWords(filter)}; events without a number are left out.${valuesWords(filter.values)}`,
  }),
  compile: ({ dimensions, property, ...filter }, context) => {
    const { value, isNumber } = numberProperty(property, filter.values);
    const where = sql`${matches(filter, context)} AND ${isNumber}`;
    return compileFacts(context, { where, value, denominator: sql`1`, dimensions, values: filter.values });
  },
});
