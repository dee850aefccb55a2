import { defineMetric, sql, valuesParam, valuesWords } from '@pelton/sdk';
import { z } from 'zod';
import { dimensionsParam } from './dimensions.js';
import { eventParam, matches, nounOf, whereParam, whereWords } from './event-filter.js';
import { compileFacts } from './facts.js';
import { inverseParam, unitParam } from './shape-params.js';

/** How often an event happened. */
export const count = defineMetric({
  id: 'count',
  title: 'Count',
  description: 'How often an event happened.',
  icon: 'hash',
  params: z.strictObject({
    event: eventParam('Event'),
    where: whereParam('Where', 'event'),
    dimensions: dimensionsParam('event'),
    values: valuesParam(),
    unit: unitParam('events'),
    inverse: inverseParam(),
  }),
  shape: ({ unit, inverse, dimensions, ...filter }) => ({
    type: 'count',
    unit,
    inverse,
    dimensions,
    reads: `Number of ${nounOf(filter)}s in the period${whereWords(filter)}.${valuesWords(filter.values)}`,
  }),
  compile: ({ dimensions, ...filter }, context) =>
    compileFacts(context, { where: matches(filter, context), value: sql`1`, dimensions, values: filter.values }),
});
