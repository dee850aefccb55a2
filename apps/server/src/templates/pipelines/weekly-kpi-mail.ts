import { z } from 'zod';
import { everyDay, graphOf, messageFor, quoted, revenueOf } from '../parts.js';
import { purchaseOf } from '../project-facts.js';
import { eventQuestion, messageQuestions, morningQuestion, propertyQuestion } from '../questions.js';
import { defineTemplate } from '../template.js';

/** Mails the revenue of the last week that is over to a colleague, who is a user with an address. */
export const weeklyKpiMail = defineTemplate({
  id: 'weekly-kpi-mail',
  title: 'Weekly KPI mail',
  description: 'Mails last week’s revenue, and how many people it came from, to a colleague every Monday',
  layer: 'understand',
  questions: z.object({
    purchase: eventQuestion('Which event means a purchase?'),
    amount: propertyQuestion('Which property holds the amount?', 'purchase', 'amount'),
    address: z
      .email('Write an e-mail address')
      .default('team@example.org')
      .meta({ title: 'Who gets it', ui: { placeholder: 'team@example.org' } }),
    at: morningQuestion.meta({ title: 'Every Monday at' }),
    ...messageQuestions,
  }),
  suggest: (facts) => ({ purchase: purchaseOf(facts), connection: facts.mailConnections[0] ?? '' }),
  build: ({ purchase, amount, address, at, message, connection }, facts) => {
    const metric = revenueOf(purchase, amount, facts);
    const mail = messageFor(
      { message, connection },
      {
        name: 'weekly-figures',
        title: 'Weekly figures',
        subject: 'The figures of last week',
        body: '<p>Revenue of last week: {{ user.week_value }}, from {{ user.week_people }} people.</p>',
      },
    );
    return {
      metrics: [metric],
      messages: mail.messages,
      graph: graphOf(
        [
          { id: 'revenue', uses: 'core/metric', title: 'Revenue', with: { metric: metric.name, grain: 'week' } },
          {
            id: 'week',
            uses: 'core/filter',
            title: 'The last week that is over',
            with: { condition: LAST_WEEK },
            inputs: { rows: 'revenue' },
          },
          {
            id: 'figures',
            uses: 'core/sql',
            title: 'Its figures',
            with: { query: figuresQuery(address) },
            inputs: { rows: 'week' },
          },
          {
            id: 'reader',
            uses: 'core/to-users',
            title: 'Who reads it',
            with: { userId: 'user_id' },
            inputs: { rows: 'figures' },
          },
          {
            id: 'mail',
            uses: 'core/message',
            title: 'Send it',
            with: { message: mail.name, repeat: 'each-run' },
            inputs: { users: 'reader' },
          },
        ],
        everyDay(facts, at, '1'),
      ),
    };
  },
});

/** Of weeks that begin in the last seven days, one has not ended. A week in which nothing happened has no row. */
const LAST_WEEK = {
  combinator: 'and',
  rules: [{ field: 'period', operator: 'during', value: { kind: 'previous', unit: 'week' } }],
};

/** One row, whatever arrives: the reader and the figures, rounded. */
function figuresQuery(address: string): string {
  return `SELECT ${quoted(`reader ${address}`)} AS user_id,
  ${quoted(address)} AS email,
  'colleague' AS first_name,
  toString(round(ifNull(sum(value), 0))) AS week_value,
  toString(sum(users)) AS week_people
FROM input
WHERE dimension = ''`;
}
