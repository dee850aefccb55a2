import { extname } from 'node:path';
import { AppError } from '@pelton/sdk';
import type { TableOptions } from './table-options.js';

/** How a file is read: CSV with its marks (TSV is CSV with tabs), JSON objects one after the other, or Parquet. */
export type TableFormat = { kind: 'csv'; title: 'CSV' | 'TSV'; dialect: CsvDialect } | JsonFormat | ParquetFormat;
export interface JsonFormat {
  kind: 'jsonl';
  title: 'JSON lines';
}
export interface ParquetFormat {
  kind: 'parquet';
  title: 'Parquet';
}

export interface CsvDialect {
  delimiter: ',' | ';' | '\t' | '|';
  quote: '"' | "'" | null;
  header: boolean;
}

const formatByEnding: Record<string, Exclude<TableOptions['format'], 'auto'>> = {
  '.csv': 'csv',
  '.txt': 'csv',
  '.tsv': 'tsv',
  '.tab': 'tsv',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'jsonl',
  '.parquet': 'parquet',
};
const delimiters = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' } as const;
const quotes = { double: '"', single: "'", none: null } as const;

/** True for a file that can be read without being told its format. */
export function hasKnownEnding(name: string): boolean {
  return endingOf(name) in formatByEnding;
}

/**
 * How to read a file, from the options and its name.
 * @param head the first bytes of the file, where the delimiter is looked for
 * @throws PARAM_INVALID when neither tells the format
 */
export function chooseFormat(name: string, options: TableOptions, head: Buffer): TableFormat {
  const format = options.format === 'auto' ? formatByEnding[endingOf(name)] : options.format;
  if (format === undefined) {
    const reason = `the ending of ${name} does not tell its format. Choose one`;
    throw new AppError('PARAM_INVALID', { field: 'format', reason });
  }
  switch (format) {
    case 'csv':
    case 'tsv':
      return {
        kind: 'csv',
        title: format === 'csv' ? 'CSV' : 'TSV',
        dialect: {
          delimiter: delimiterOf(format, options, head),
          quote: quotes[options.quote],
          header: options.header,
        },
      };
    case 'jsonl':
      return { kind: 'jsonl', title: 'JSON lines' };
    case 'parquet':
      return { kind: 'parquet', title: 'Parquet' };
  }
}

function delimiterOf(format: 'csv' | 'tsv', options: TableOptions, head: Buffer): CsvDialect['delimiter'] {
  if (options.delimiter !== 'auto') return delimiters[options.delimiter];
  return format === 'tsv' ? '\t' : mostFrequentDelimiter(firstLine(head.toString('utf8'), quotes[options.quote]));
}

/** The first line without the values that stand in quotes, so that a comma inside a name does not count. */
function firstLine(text: string, quote: string | null): string {
  const plain = quote ? text.replaceAll(new RegExp(`${quote}[^${quote}]*${quote}`, 'g'), '') : text;
  return plain.trimStart().split(/[\r\n]/, 1)[0] ?? '';
}

function mostFrequentDelimiter(line: string): CsvDialect['delimiter'] {
  const count = (mark: string) => line.split(mark).length;
  return Object.values(delimiters).reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

function endingOf(name: string): string {
  return extname(name).toLowerCase();
}
