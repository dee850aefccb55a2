import { tableOptions, wrongPattern } from '@pelton/tabular/options';
import { z } from 'zod';

/** What a read step asks for: one object or those of a pattern, and how to read them where the name does not tell. */
export const StreamOptions = z.strictObject({
  stream: z
    .string()
    .min(1)
    .superRefine((pattern, context) => {
      const wrong = wrongPattern(pattern);
      if (wrong) context.addIssue({ code: 'custom', message: wrong });
    })
    .meta({
      title: 'Object',
      description: 'Name of the object below the folder. A star stands for many: orders/*.csv, orders/**.parquet.',
      ui: { widget: 'stream', of: 'connection', placeholder: 'orders/*.csv' },
    }),
  ...tableOptions,
});
export type StreamOptions = z.output<typeof StreamOptions>;
