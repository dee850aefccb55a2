import { z } from 'zod';
import { did, didNot, everyDay, graphOf, messageFor, tagOf } from '../parts.js';
import { purchaseOf } from '../project-facts.js';
import { daysQuestion, eventQuestion, messageQuestions, morningQuestion } from '../questions.js';
import { defineTemplate } from '../template.js';

/** Reminds buyers when what they bought should be used up. */
export const repurchaseReminder = defineTemplate({
  id: 'repurchase-reminder',
  title: 'Repurchase reminder',
  description: 'Reminds buyers at the time at which what they bought should be used up',
  layer: 'reach',
  questions: z.object({
    purchase: eventQuestion('Which event means a purchase?'),
    days: daysQuestion('Used up after', 30),
    pause: daysQuestion('No other reminder within', 30),
    at: morningQuestion,
    ...messageQuestions,
  }),
  suggest: (facts) => ({ purchase: purchaseOf(facts), connection: facts.mailConnections[0] ?? '' }),
  build: ({ purchase, days, pause, at, message, connection }, facts) => {
    const tag = `due-again-${days}-days`;
    const mail = messageFor(
      { message, connection },
      {
        name: 'repurchase-reminder',
        title: 'Repurchase reminder',
        subject: 'Time for a refill?',
        body: '<p>Your last order should be used up about now.</p>',
      },
    );
    return {
      tags: [
        tagOf(tag, 'Due again', `Last ordered ${days} to ${days + 7} days ago`, [
          did(purchase, { days: days + 7 }),
          didNot(purchase, days),
        ]),
      ],
      messages: mail.messages,
      graph: graphOf(
        [
          { id: 'due', uses: 'core/tag', title: 'Due again', with: { tag } },
          {
            id: 'hours',
            uses: 'core/time-window',
            title: 'In office hours',
            with: { from: '08:00', to: '20:00', days: 'every day' },
            inputs: { users: 'due' },
          },
          {
            id: 'remind',
            uses: 'core/message',
            title: 'Remind',
            with: { message: mail.name, repeat: 'after', days: pause },
            inputs: { users: 'hours' },
          },
        ],
        everyDay(facts, at),
      ),
    };
  },
});
