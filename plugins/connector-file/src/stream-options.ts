import { z } from 'zod';

/** What a read step asks for: one file, and how to read it where its name does not tell. */
export const StreamOptions = z.strictObject({
  stream: z
    .string()
    .min(1)
    .meta({
      title: 'File',
      description: 'Name of the file in the folder; a file of a subfolder is written as subfolder/name.',
      ui: { widget: 'stream', of: 'connection', placeholder: 'orders.csv' },
    }),
  format: z
    .enum(['auto', 'csv', 'tsv', 'jsonl', 'parquet'])
    .default('auto')
    .meta({ title: 'Format', description: 'auto goes by the ending of the name.', ui: { advanced: true } }),
  delimiter: z
    .enum(['auto', 'comma', 'semicolon', 'tab', 'pipe'])
    .default('auto')
    .meta({
      title: 'Delimiter',
      description: 'What stands between two values of a CSV file; auto looks at its first line.',
      ui: { advanced: true },
    }),
  header: z
    .boolean()
    .default(true)
    .meta({
      title: 'The first row holds the names of the columns',
      description: 'Without it the columns are called column_1, column_2 and so on.',
      ui: { advanced: true },
    }),
  quote: z
    .enum(['double', 'single', 'none'])
    .default('double')
    .meta({
      title: 'Quotes',
      description: 'What surrounds a value of a CSV or TSV file that has delimiters or line ends inside.',
      ui: { advanced: true },
    }),
});
export type StreamOptions = z.output<typeof StreamOptions>;
