import { z } from 'zod';

/** What a write step asks for: a name, from which each write makes the next numbered file. */
export const TargetOptions = z.strictObject({
  file: z
    .string()
    .regex(/^[^*]+\.(csv|jsonl)$/, 'Write a name that ends in .csv or .jsonl')
    .meta({
      title: 'File',
      description:
        'Each write makes a file of its own: orders.csv gives orders-000001.csv, orders-000002.csv and so on.',
      ui: { placeholder: 'orders.csv' },
    }),
});
export type TargetOptions = z.output<typeof TargetOptions>;
