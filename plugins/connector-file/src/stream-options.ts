import { tableOptions, wrongPattern } from '@pelton/tabular/options';
import { z } from 'zod';

/** What a read step asks for: one file or those of a pattern, and how to read them where the name does not tell. */
export const StreamOptions = z.strictObject({
  stream: z
    .string()
    .min(1)
    .superRefine((pattern, context) => {
      const wrong = wrongPattern(pattern);
      if (wrong) context.addIssue({ code: 'custom', message: wrong });
    })
    .meta({
      title: 'File',
      description:
        'Name of the file in the folder; a file of a subfolder is written as subfolder/name. A star stands for many: orders/*.csv.',
      ui: { widget: 'stream', of: 'connection', placeholder: 'orders.csv' },
    }),
  ...tableOptions,
  settleSeconds: z
    .number()
    .int()
    .min(0)
    .max(3_600)
    .default(5)
    .meta({
      title: 'Seconds without a change',
      description: 'A file that changed later may still be written; with a pattern it waits for the next time.',
      ui: { advanced: true },
    }),
});
export type StreamOptions = z.output<typeof StreamOptions>;
