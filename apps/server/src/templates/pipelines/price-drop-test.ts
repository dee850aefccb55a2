import { z } from 'zod';
import { did, didNot, graphOf, messageFor, orderedOf, revenueOf, tagOf } from '../parts.js';
import { purchaseOf, viewOf } from '../project-facts.js';
import { daysQuestion, eventQuestion, messageQuestions, propertyQuestion } from '../questions.js';
import { defineTemplate } from '../template.js';

/** Tries a lower price on users who looked but did not buy, once a member has approved it. */
export const priceDropTest = defineTemplate({
  id: 'price-drop-test',
  title: 'Price-drop test',
  description: 'Tries a lower price on users who looked but did not buy, once a member has approved it',
  layer: 'operate',
  questions: z.object({
    viewed: eventQuestion('Which event means that somebody looked?'),
    purchase: eventQuestion('Which event means a purchase?'),
    amount: propertyQuestion('Which property holds the amount?', 'purchase', 'amount'),
    days: daysQuestion('Looked within the last', 14),
    ...messageQuestions,
  }),
  suggest: (facts) => ({
    viewed: viewOf(facts),
    purchase: purchaseOf(facts),
    connection: facts.mailConnections[0] ?? '',
  }),
  build: ({ viewed, purchase, amount, days, message, connection }, facts) => {
    const mail = messageFor(
      { message, connection },
      {
        name: 'price-drop-mail',
        title: 'Price-drop mail',
        subject: 'What you looked at costs less now',
        body: '<p>Until Sunday it is 10 % off.</p>',
      },
    );
    return {
      metrics: [orderedOf(purchase), revenueOf(purchase, amount, facts)],
      tags: [
        tagOf('looked-not-bought', 'Looked, not bought', `${viewed} twice in ${days} days, without ${purchase}`, [
          did(viewed, { times: 2, days }),
          didNot(purchase, days),
        ]),
      ],
      experiments: [
        {
          name: 'price-drop',
          title: 'Price drop',
          description: '',
          hypothesis: 'A lower price brings more orders than it costs in revenue.',
          engine: 'frequentist',
          params: {},
          variations: [
            { key: 'full', title: 'Full price', weight: 0.5 },
            { key: 'lower', title: 'Lower price', weight: 0.5 },
          ],
          coverage: 1,
          seed: '',
          metrics: [
            { metric: 'ordered', role: 'goal', windowDays: 14 },
            { metric: 'revenue', role: 'guardrail', windowDays: 14 },
          ],
        },
      ],
      messages: mail.messages,
      graph: graphOf([
        { id: 'interested', uses: 'core/tag', title: 'Looked, not bought', with: { tag: 'looked-not-bought' } },
        {
          id: 'test',
          uses: 'core/experiment',
          title: 'Price drop',
          with: { experiment: 'price-drop' },
          inputs: { users: 'interested' },
        },
        {
          id: 'approve',
          uses: 'core/approval',
          title: 'Approve the price',
          with: { question: 'May these users have the lower price?', amount: 3, unit: 'days' },
          inputs: { users: 'test.lower' },
        },
        {
          id: 'mail',
          uses: 'core/message',
          title: 'Tell them',
          with: { message: mail.name, repeat: 'never' },
          inputs: { users: 'approve.approved' },
        },
      ]),
    };
  },
});
