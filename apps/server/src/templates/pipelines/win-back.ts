import { z } from 'zod';
import { everyDay, graphOf, messageFor, orderedOf } from '../parts.js';
import { purchaseOf } from '../project-facts.js';
import { daysQuestion, eventQuestion, messageQuestions, morningQuestion } from '../questions.js';
import { defineTemplate } from '../template.js';
import { winBackParts } from '../win-back-parts.js';

/** Tries an offer on a part of the lapsed buyers, against the others who get none. */
export const winBack = defineTemplate({
  id: 'win-back',
  title: 'Win-back',
  description: 'Finds buyers who stayed away and tries an offer on a part of them, against those who get none',
  layer: 'operate',
  questions: z.object({
    purchase: eventQuestion('Which event means a purchase?'),
    days: daysQuestion('Lapsed after', 90),
    share: z
      .int()
      .min(1)
      .max(100)
      .default(10)
      .meta({ title: 'How many take part in the test', ui: { unit: '%' } }),
    at: morningQuestion,
    ...messageQuestions,
  }),
  suggest: (facts) => ({ purchase: purchaseOf(facts), connection: facts.mailConnections[0] ?? '' }),
  build: ({ purchase, days, share, at, message, connection }, facts) => {
    const mail = messageFor(
      { message, connection },
      {
        name: 'win-back-mail',
        title: 'Win-back mail',
        subject: '{{ user.first_name }}, it has been a while',
        body: '<p>Here are 15 % off your next order.</p>',
      },
    );
    const { tag, experiment, steps } = winBackParts(purchase, { days, share, message: mail.name });
    const ordered = {
      id: 'ordered',
      uses: 'core/metric',
      title: 'Ordered',
      with: { metric: 'ordered', grain: 'week' },
    };
    return {
      metrics: [orderedOf(purchase)],
      tags: [tag],
      experiments: [experiment],
      messages: mail.messages,
      graph: graphOf([...steps, ordered], everyDay(facts, at)),
    };
  },
});
