import { z } from 'zod';
import { did, didNot, everyDay, graphOf, messageFor, metricOf, tagOf } from '../parts.js';
import { daysQuestion, messageQuestions, morningQuestion } from '../questions.js';
import { defineTemplate } from '../template.js';

/** Finds users who went quiet; a member decides whether they are written to. */
export const churnRescue = defineTemplate({
  id: 'churn-rescue',
  title: 'Churn rescue',
  description: 'Finds users who were active and went quiet; a member looks at how many before they are written to',
  layer: 'operate',
  questions: z.object({
    active: daysQuestion('Active within the last', 90),
    quiet: daysQuestion('Quiet for', 30),
    least: z
      .int()
      .min(1)
      .max(1000)
      .default(3)
      .meta({ title: 'They did at least', ui: { unit: 'times' } }),
    at: morningQuestion,
    ...messageQuestions,
  }),
  suggest: (facts) => ({ connection: facts.mailConnections[0] ?? '' }),
  build: ({ active, quiet, least, at, message, connection }, facts) => {
    const mail = messageFor(
      { message, connection },
      {
        name: 'rescue-mail',
        title: 'Rescue mail',
        subject: 'Is anything wrong, {{ user.first_name }}?',
        body: '<p>You have not been here for a while. Tell us what is missing by answering this mail.</p>',
      },
    );
    return {
      metrics: [metricOf('active-users', 'Active users', 'unique_users', {}, 'People who did anything')],
      tags: [
        tagOf('at-risk', 'At risk', `Active in ${active} days, quiet for ${quiet}`, [
          did('', { times: least, days: active }),
          didNot('', quiet),
        ]),
      ],
      messages: mail.messages,
      graph: graphOf(
        [
          { id: 'at_risk', uses: 'core/tag', title: 'At risk', with: { tag: 'at-risk' } },
          {
            id: 'approve',
            uses: 'core/approval',
            title: 'Write to them?',
            with: { question: 'May the users at risk be written to?', amount: 2, unit: 'days' },
            inputs: { users: 'at_risk' },
          },
          {
            id: 'mail',
            uses: 'core/message',
            title: 'Ask what is wrong',
            with: { message: mail.name, repeat: 'after', days: active },
            inputs: { users: 'approve.approved' },
          },
          {
            id: 'active',
            uses: 'core/metric',
            title: 'Active users',
            with: { metric: 'active-users', grain: 'week' },
          },
        ],
        everyDay(facts, at, '1'),
      ),
    };
  },
});
