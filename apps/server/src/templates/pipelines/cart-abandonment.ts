import { z } from 'zod';
import { did, didNot, everyHour, graphOf, messageFor, tagOf } from '../parts.js';
import { cartOf, purchaseOf } from '../project-facts.js';
import { daysQuestion, eventQuestion, messageQuestions } from '../questions.js';
import { defineTemplate } from '../template.js';

/** Writes to users who left a full cart, unless they order in the hours after. */
export const cartAbandonment = defineTemplate({
  id: 'cart-abandonment',
  title: 'Cart abandonment',
  description: 'Writes to users who left something in their cart, unless they order in the hours after',
  layer: 'reach',
  questions: z.object({
    added: eventQuestion('Which event means that something is in the cart?'),
    purchase: eventQuestion('Which event means a purchase?'),
    hours: z
      .int()
      .min(1)
      .max(72)
      .default(4)
      .meta({ title: 'Give them time to order', ui: { unit: 'hours' } }),
    pause: daysQuestion('No other reminder within', 7),
    ...messageQuestions,
  }),
  suggest: (facts) => ({
    added: cartOf(facts),
    purchase: purchaseOf(facts),
    connection: facts.mailConnections[0] ?? '',
  }),
  build: ({ added, purchase, hours, pause, message, connection }, facts) => {
    const mail = messageFor(
      { message, connection },
      {
        name: 'cart-reminder',
        title: 'Cart reminder',
        subject: 'You left something behind',
        body: '<p>Your cart is still as you left it.</p>',
      },
    );
    return {
      tags: [
        tagOf('left-a-cart', 'Left a cart', `${added} within the last day, without ${purchase}`, [
          did(added, { days: 1 }),
          didNot(purchase, 1),
        ]),
      ],
      messages: mail.messages,
      graph: graphOf(
        [
          { id: 'carts', uses: 'core/tag', title: 'Left a cart', with: { tag: 'left-a-cart' } },
          {
            id: 'order',
            uses: 'core/wait',
            title: 'Until they order',
            with: { until: 'until an event', event: purchase, amount: hours, unit: 'hours' },
            inputs: { users: 'carts' },
          },
          {
            id: 'remind',
            uses: 'core/message',
            title: 'Remind',
            with: { message: mail.name, repeat: 'after', days: pause },
            inputs: { users: 'order.timeout' },
          },
        ],
        everyHour(facts),
      ),
    };
  },
});
