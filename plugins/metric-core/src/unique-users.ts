import { defineMetric, sql, valuesParam, valuesWords } from '@pelton/sdk';
import { z } from 'zod';
import { dimensionsParam } from './dimensions.js';
import { eventParam, matches, nounOf, whereParam, whereWords } from './event-filter.js';
import { compileFacts } from './facts.js';
import { inverseParam, unitParam } from './shape-params.js';

/** How many different users did something: active users, buyers. */
export const uniqueUsers = defineMetric({
  id: 'unique_users',
  title: 'Unique users',
  description: 'How many different users did something, such as active users or buyers.',
  icon: 'users',
  params: z.strictObject({
    event: eventParam('Event'),
    where: whereParam('Where', 'event'),
    dimensions: dimensionsParam('event'),
    values: valuesParam(),
    unit: unitParam('users'),
    inverse: inverseParam(),
  }),
  shape: ({ unit, inverse, dimensions, ...filter }) => ({
    type: 'unique_users',
    unit,
    inverse,
    dimensions,
    reads: `Users with at least one ${nounOf(filter)} in the period${whereWords(filter)}, each counted once.${valuesWords(filter.values)}`,
  }),
  compile: ({ dimensions, ...filter }, context) =>
    compileFacts(context, { where: matches(filter, context), value: sql`1`, dimensions, values: filter.values }),
});
