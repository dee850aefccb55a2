import { defineMetric, sql, valuesParam, valuesWords } from '@pelton/sdk';
import { z } from 'zod';
import { eventParam, matches, nounOf, whereParam, whereWords } from './event-filter.js';
import { compileFacts } from './facts.js';

/** Share of the users who began in one period who come back in a later one. */
export const retention = defineMetric({
  id: 'retention',
  title: 'Retention',
  description: 'Share of the users who began in a period who come back in a later one.',
  icon: 'repeat',
  params: z.strictObject({
    startEvent: eventParam('Users begin with', 'Their first one puts them in a cohort. Empty means any event.'),
    startWhere: whereParam('Where', 'startEvent'),
    returnEvent: eventParam('They come back with'),
    returnWhere: whereParam('Where', 'returnEvent'),
    values: valuesParam(),
  }),
  shape: ({ startEvent, startWhere, returnEvent, returnWhere, values }) => {
    const start = { event: startEvent, where: startWhere, values };
    const back = { event: returnEvent, where: returnWhere, values };
    return {
      type: 'retention',
      unit: '%',
      reads: `Share of users with at least one ${nounOf(back)} in a later period${whereWords(back)}, of users whose first ${nounOf(start)}${whereWords(start)} was in the period of the cohort.${valuesWords(values)}`,
    };
  },
  compile: ({ startEvent, startWhere, returnEvent, returnWhere, values }, context) => {
    const start = matches({ event: startEvent, where: startWhere, values }, context);
    const back = matches({ event: returnEvent, where: returnWhere, values }, context);
    return compileFacts(context, { where: sql`(${start} OR ${back})`, value: back, denominator: start });
  },
});
