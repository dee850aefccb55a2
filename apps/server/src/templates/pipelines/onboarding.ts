import { z } from 'zod';
import { did, everyDay, graphOf, messageFor, tagOf } from '../parts.js';
import { purchaseOf, signUpOf } from '../project-facts.js';
import { daysQuestion, eventQuestion, messageQuestions, morningQuestion } from '../questions.js';
import { defineTemplate } from '../template.js';

/** Greets new users, and helps those who have not got going after some days. */
export const onboarding = defineTemplate({
  id: 'onboarding',
  title: 'Onboarding',
  description: 'Greets new users, then helps those who have not taken the first step after some days',
  layer: 'reach',
  questions: z.object({
    signUp: eventQuestion('Which event means that somebody is new?'),
    firstStep: eventQuestion('Which event means that they got going?'),
    days: daysQuestion('Help those who have not after', 3),
    at: morningQuestion,
    ...messageQuestions,
  }),
  suggest: (facts) => ({
    signUp: signUpOf(facts),
    firstStep: purchaseOf(facts),
    connection: facts.mailConnections[0] ?? '',
  }),
  build: ({ signUp, firstStep, days, at, message, connection }, facts) => {
    const welcome = messageFor(
      { message, connection },
      {
        name: 'welcome-mail',
        title: 'Welcome mail',
        subject: 'Welcome, {{ user.first_name }}',
        body: '<p>Good to have you here. This is how to begin.</p>',
      },
    );
    const help = messageFor(
      { message: '', connection },
      {
        name: 'first-step-help',
        title: 'Help with the first step',
        subject: 'Can we help you begin?',
        body: '<p>Most people begin like this. Answer this mail if anything is in the way.</p>',
      },
    );
    return {
      tags: [tagOf('new-users', 'New users', `${signUp} within the last day`, [did(signUp, { days: 1 })])],
      messages: [...welcome.messages, ...help.messages],
      graph: graphOf(
        [
          { id: 'new_users', uses: 'core/tag', title: 'New users', with: { tag: 'new-users' } },
          {
            id: 'welcome',
            uses: 'core/message',
            title: 'Welcome',
            with: { message: welcome.name, repeat: 'never' },
            inputs: { users: 'new_users' },
          },
          {
            id: 'first_step',
            uses: 'core/wait',
            title: 'Until the first step',
            with: { until: 'until an event', event: firstStep, amount: days, unit: 'days' },
            inputs: { users: 'welcome' },
          },
          {
            id: 'help',
            uses: 'core/message',
            title: 'Offer help',
            with: { message: help.name || message, repeat: 'never' },
            inputs: { users: 'first_step.timeout' },
          },
        ],
        everyDay(facts, at),
      ),
    };
  },
});
