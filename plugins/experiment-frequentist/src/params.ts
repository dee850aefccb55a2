import { z } from 'zod';

/** What a person may set about the test. */
export const FrequentistParams = z.strictObject({
  alpha: z.number().min(0.001).max(0.5).default(0.05).meta({
    title: 'Significance level',
    description: 'Chance of calling a difference real that is not: 0.05 gives 95 % intervals.',
  }),
  minimumUsers: z
    .number()
    .int()
    .min(2)
    .max(1_000_000)
    .default(8)
    .meta({
      title: 'Least users per arm',
      description: 'An arm with fewer users is shown, not judged.',
      ui: { unit: 'users' },
    }),
  correction: z
    .enum(['holm', 'none'])
    .default('holm')
    .meta({
      title: 'Correction for several arms',
      description: 'Holm keeps the chance of any false finding at the significance level when more than two arms run.',
      ui: { advanced: true },
    }),
});
export type FrequentistParams = z.output<typeof FrequentistParams>;
