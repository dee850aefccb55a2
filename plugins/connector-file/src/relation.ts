import { AppError, bind, identifier, join, render, sql, type Sql } from '@pelton/sdk';
import {
  type CsvDialect,
  isPattern,
  isText,
  openTable,
  type ParquetColumn,
  parquetColumns,
  type Profile,
  profile,
  readParquetMetadata,
  type TableColumn,
  type TextFile,
} from '@pelton/tabular';
import { sourceOf } from './file-source.js';
import { type FileContext, locateFile } from './locate.js';
import type { StreamOptions } from './stream-options.js';

// The warehouse takes these for a pattern of many files, or for a file within an archive.
const PATTERN = /[*?{}]|::/;

/**
 * The file as a relation that the warehouse reads itself: `SELECT columns FROM file(path, format, …)`; null for many files,
 * whose columns may stand in different places, and where each row says where it is from.
 * @throws FILE_NOT_AS_NAMED when the file is not what its name says, PARAM_INVALID when its name means more than one file
 */
export async function relationOf(context: FileContext, options: StreamOptions): Promise<Sql | null> {
  if (isPattern(options.stream) || options.origin) return null;
  const located = await locateFile(context, options.stream);
  const { path } = located;
  if (PATTERN.test(path))
    throw new AppError('PARAM_INVALID', {
      field: 'stream',
      reason: `* ? { } and :: have a meaning of their own in the warehouse. Rename ${located.name} or its folder`,
    });
  const file = await openTable(sourceOf(located), options);
  if (isText(file)) return textRelation(path, file, await profile(file));
  return parquetRelation(path, parquetColumns(await readParquetMetadata(file)));
}

/** Numbers of CSV are read as such, which is quicker. All else is read as text and converted outside. */
function textRelation(path: string, file: TextFile, { columns, isNamed }: Profile): Sql {
  const isBare = ({ type }: TableColumn) => file.format.kind === 'csv' && NUMBERS.has(type);
  const typeOf = (column: TableColumn) => (isBare(column) ? column.type : 'Nullable(String)');
  const structure = columns.map((column) => `${quoted(column.name)} ${typeOf(column)}`).join(', ');
  const source = sql`file(${path}, ${formatName(file)}, ${structure}, 'none')`;
  const values = columns.map((column) => (isBare(column) ? identifier(column.name) : convertText(column)));
  return sql`SELECT ${join(values)} FROM ${source} SETTINGS ${settingsOf(file, isNamed)}`;
}

const NUMBERS: ReadonlySet<string> = new Set(['Nullable(Int64)', 'Nullable(Float64)']);

/** Quotes and blanks around a value do no harm. */
function convertText({ name, type }: TableColumn): Sql {
  const column = identifier(name);
  if (type === 'Nullable(String)') return column;
  const text = sql`trimBoth(${column})`; // the warehouse leaves a blank after the very last value
  if (type.includes('DateTime64')) return sql`parseDateTime64BestEffortOrNull(${text}, 3, 'UTC') AS ${column}`;
  const value = type === 'Nullable(Bool)' ? sql`lower(${text})` : text;
  return sql`CAST(${value}, ${bind('String', type)}) AS ${column}`;
}

function formatName({ format }: TextFile): string {
  if (format.kind === 'jsonl') return 'JSONEachRow';
  return format.dialect.header ? 'CSVWithNames' : 'CSV';
}

function settingsOf({ format }: TextFile, isNamed: boolean): Sql {
  return format.kind === 'csv' ? csvSettings(format.dialect, isNamed) : jsonSettings;
}

// Settings are written out, because not every version of the warehouse binds values there.
const delimiterText: Record<CsvDialect['delimiter'], Sql> = {
  ',': sql`','`,
  ';': sql`';'`,
  '\t': sql`'\\t'`,
  '|': sql`'|'`,
};
const flag = (isOn: boolean): Sql => (isOn ? sql`1` : sql`0`);

/** Columns go by name, so that those that nobody asks for are not read; by place where names are repeated or missing. */
function csvSettings({ delimiter, quote }: CsvDialect, isNamed: boolean): Sql {
  return join([
    sql`format_csv_delimiter = ${delimiterText[delimiter]}`,
    sql`format_csv_allow_double_quotes = ${flag(quote === '"')}`,
    sql`format_csv_allow_single_quotes = ${flag(quote === "'")}`,
    sql`input_format_csv_trim_whitespaces = ${flag(delimiter !== '\t')}`,
    sql`input_format_csv_allow_whitespace_or_tab_as_delimiter = ${flag(delimiter === '\t')}`,
    sql`input_format_csv_skip_trailing_empty_lines = 1`,
    sql`input_format_with_names_use_header = ${flag(isNamed)}`,
  ]);
}

const jsonSettings = join([
  sql`input_format_json_read_numbers_as_strings = 1`,
  sql`input_format_json_read_bools_as_strings = 1`,
  sql`input_format_json_read_objects_as_strings = 1`,
  sql`input_format_json_read_arrays_as_strings = 1`,
]);

const parquetSettings = join([
  sql`output_format_json_quote_64bit_integers = 0`,
  sql`output_format_json_escape_forward_slashes = 0`,
]);

function parquetRelation(path: string, columns: ParquetColumn[]): Sql {
  return sql`SELECT ${join(columns.map(convertParquet))} FROM file(${path}, 'Parquet') SETTINGS ${parquetSettings}`;
}

/** A number that is none counts as empty, because it would make every sum that it enters none too. */
function convertParquet({ name, type, nested }: ParquetColumn): Sql {
  const column = identifier(name);
  const value = nested ? sql`toJSONString(${column})` : column;
  const converted = sql`CAST(${value}, ${bind('String', type)})`;
  return type === 'Nullable(Float64)'
    ? sql`if(isFinite(${converted}), ${converted}, NULL) AS ${column}`
    : sql`${converted} AS ${column}`;
}

function quoted(name: string): string {
  return render(identifier(name)).text;
}
