import { z } from 'zod';
import { did, everyDay, graphOf, messageFor, tagOf } from '../parts.js';
import { purchaseOf } from '../project-facts.js';
import { daysQuestion, eventQuestion, messageQuestions, morningQuestion } from '../questions.js';
import { defineTemplate } from '../template.js';

/** Gives points to users who buy often, once for each time that they become one. */
export const vipPoints = defineTemplate({
  id: 'vip-points',
  title: 'VIP points',
  description: 'Gives points to users who buy often, once for each time that they become one, and tells them',
  layer: 'operate',
  questions: z.object({
    purchase: eventQuestion('Which event means a purchase?'),
    times: z
      .int()
      .min(1)
      .max(1000)
      .default(5)
      .meta({ title: 'How many make a VIP', ui: { unit: 'times' } }),
    days: daysQuestion('Within the last', 365),
    points: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(500)
      .meta({ title: 'How many points', ui: { unit: 'points' } }),
    at: morningQuestion,
    ...messageQuestions,
  }),
  suggest: (facts) => ({ purchase: purchaseOf(facts), connection: facts.mailConnections[0] ?? '' }),
  build: ({ purchase, times, days, points, at, message, connection }, facts) => {
    const mail = messageFor(
      { message, connection },
      {
        name: 'vip-points-mail',
        title: 'VIP points mail',
        subject: `${points} points for you`,
        body: `<p>Thank you for coming back so often. ${points} points are on your account.</p>`,
      },
    );
    return {
      tags: [tagOf('vip', 'VIP', `${purchase} ${times} times in ${days} days`, [did(purchase, { times, days })])],
      messages: mail.messages,
      graph: graphOf(
        [
          { id: 'vip', uses: 'core/tag', title: 'VIP', with: { tag: 'vip' } },
          {
            id: 'points',
            uses: 'core/formula',
            title: 'Points',
            with: {
              columns: [
                { name: 'points', formula: String(points) },
                { name: 'grant_id', formula: "concat(user_id, ' ', toString(entered_at))" },
              ],
            },
            inputs: { rows: 'vip' },
          },
          {
            id: 'granted',
            uses: 'core/to-events',
            title: 'Points Granted',
            with: {
              event: 'Points Granted',
              userId: 'user_id',
              timestamp: 'entered_at',
              onePer: 'grant_id',
              properties: [{ name: 'points', column: 'points', measure: 'first' }],
            },
            inputs: { rows: 'points' },
          },
          {
            id: 'mail',
            uses: 'core/message',
            title: 'Tell them',
            with: { message: mail.name, repeat: 'each-entry' },
            inputs: { users: 'points' },
          },
        ],
        everyDay(facts, at),
      ),
    };
  },
});
