import { z } from 'zod';
import { did, didNot, everyDay, graphOf, messageFor, orderedOf, tagOf } from '../parts.js';
import { purchaseOf } from '../project-facts.js';
import { daysQuestion, eventQuestion, messageQuestions, morningQuestion } from '../questions.js';
import { defineTemplate } from '../template.js';

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
    const tag = `lapsed-${days}-days`;
    const mail = messageFor(
      { message, connection },
      {
        name: 'win-back-mail',
        title: 'Win-back mail',
        subject: '{{ user.first_name }}, it has been a while',
        body: '<p>Here are 15 % off your next order.</p>',
      },
    );
    return {
      metrics: [orderedOf(purchase)],
      tags: [
        tagOf(tag, `Lapsed ${days} days`, `Ordered before, not in the last ${days} days`, [
          did(purchase),
          didNot(purchase, days),
        ]),
      ],
      experiments: [
        {
          name: 'win-back-offer',
          title: 'Win-back offer',
          description: '',
          hypothesis: 'A mail with an offer brings lapsed buyers back.',
          engine: 'frequentist',
          params: {},
          variations: [
            { key: 'plain', title: 'No mail', weight: 0.5 },
            { key: 'offer', title: 'Offer by mail', weight: 0.5 },
          ],
          coverage: share / 100,
          seed: '',
          metrics: [{ metric: 'ordered', role: 'goal', windowDays: 14 }],
        },
      ],
      messages: mail.messages,
      graph: graphOf(
        [
          { id: 'lapsed', uses: 'core/tag', title: `Lapsed ${days} days`, with: { tag } },
          {
            id: 'test',
            uses: 'core/experiment',
            title: 'Win-back offer',
            with: { experiment: 'win-back-offer' },
            inputs: { users: 'lapsed' },
          },
          {
            id: 'mail',
            uses: 'core/message',
            title: 'Send the offer',
            with: { message: mail.name, repeat: 'never' },
            inputs: { users: 'test.offer' },
          },
          { id: 'ordered', uses: 'core/metric', title: 'Ordered', with: { metric: 'ordered', grain: 'week' } },
        ],
        everyDay(facts, at),
      ),
    };
  },
});
