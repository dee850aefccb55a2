import { z } from 'zod';

/** How to read a file where its name does not tell; the fields of a connector's form. */
export const tableOptions = {
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
  origin: z
    .boolean()
    .default(false)
    .meta({
      title: 'Say where a row is from',
      description:
        'Adds the columns _file and _row, which together are a key: a file that comes again replaces its rows.',
      ui: { advanced: true },
    }),
};
const TableOptions = z.object(tableOptions);
export type TableOptions = z.output<typeof TableOptions>;
