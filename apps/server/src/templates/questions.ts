import { z } from 'zod';

/** The questions that templates share. */
export const eventQuestion = (title: string) =>
  z
    .string()
    .trim()
    .min(1, 'Choose an event')
    .max(200)
    .meta({ title, ui: { widget: 'event' } });

export const daysQuestion = (title: string, days: number) =>
  z
    .int()
    .min(1)
    .max(365)
    .default(days)
    .meta({ title, ui: { unit: 'days' } });

export const propertyQuestion = (title: string, event: string, property: string) =>
  z
    .string()
    .trim()
    .regex(/^[A-Za-z_]\w*(\.\w+)*$/, 'Use the name of a property, such as amount')
    .max(200)
    .default(property)
    .meta({ title, ui: { widget: 'property', of: event } });

export const datasetQuestion = (dataset: string) =>
  z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Use small letters, digits and single hyphens, such as daily-sales')
    .max(64)
    .default(dataset)
    .meta({ title: 'Where the rows are kept', ui: { widget: 'dataset', of: 'new' } });

/** A message that exists, or the connection that a new one is sent by. */
export const messageQuestions = {
  message: z
    .string()
    .default('')
    .meta({ title: 'Message', description: 'Leave it empty to begin with a new one', ui: { widget: 'message' } }),
  connection: z
    .string()
    .default('')
    .meta({
      title: 'A new message is sent by',
      description: 'Without a connection the message stays to be chosen',
      ui: { widget: 'connection', of: 'email', when: { message: [''] } },
    }),
};

export const morningQuestion = z
  .enum(['06:00', '08:00', '09:00', '12:00', '18:00'])
  .default('09:00')
  .meta({ title: 'Every day at' });
