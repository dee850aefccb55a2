import { defineMetric, sql, valuesParam, valuesWords } from '@pelton/sdk';
import { z } from 'zod';
import { dimensionsParam } from './dimensions.js';
import { eventParam, matches, nounOf, whereParam, whereWords } from './event-filter.js';
import { compileFacts } from './facts.js';
import { inverseParam } from './shape-params.js';

/** Share of users who did something so often, of the users who did something else: repeat purchase rate, conversion. */
export const proportion = defineMetric({
  id: 'proportion',
  title: 'Proportion',
  description: 'Share of users who did something, of those who did something else, such as repeat purchase rate.',
  icon: 'percentage',
  params: z.strictObject({
    event: eventParam('Users who did'),
    times: z
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(1)
      .meta({ title: 'At least', description: 'How often within the period.', ui: { unit: 'times' } }),
    where: whereParam('Where', 'event'),
    outOfEvent: eventParam('Out of users who did'),
    outOfWhere: whereParam('Where', 'outOfEvent'),
    dimensions: dimensionsParam('event'),
    values: valuesParam(),
    inverse: inverseParam(),
  }),
  shape: ({ event, times, where, outOfEvent, outOfWhere, dimensions, values, inverse }) => {
    const counted = { event, where, values };
    const base = { event: outOfEvent, where: outOfWhere, values };
    const often = `at least ${times === 1 ? 'one' : times} ${nounOf(counted)}${times === 1 ? '' : 's'}`;
    return {
      type: 'proportion',
      unit: '%',
      inverse,
      threshold: times,
      dimensions,
      reads: `Share of users with ${often} in the period${whereWords(counted)}, of users with at least one ${nounOf(base)} in the period${whereWords(base)}.${valuesWords(values)}`,
    };
  },
  compile: ({ event, where, outOfEvent, outOfWhere, dimensions, values }, context) => {
    const counted = matches({ event, where, values }, context);
    const base = matches({ event: outOfEvent, where: outOfWhere, values }, context);
    return compileFacts(context, {
      where: sql`(${counted} OR ${base})`,
      value: counted,
      denominator: base,
      dimensions,
      values,
    });
  },
});
