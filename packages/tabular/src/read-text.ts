import { BATCH_ROWS, type FileRecord } from './file-record.js';
import type { TableColumn } from './profile.js';
import { readTime } from './read-time.js';
import { unquote } from './split-json.js';
import type { Row } from './splitter.js';
import { type TextFile, textRows } from './text-rows.js';

type Value = FileRecord[string];

/** The rows of a text file with these columns; one that the file does not have is null. */
export async function* readText(file: TextFile, columns: TableColumn[]): AsyncGenerator<FileRecord[]> {
  const textOf = file.format.kind === 'csv' ? (value: string) => value : unquote;
  const parsers = columns.map(({ type }) => parserOf(type));
  const recordOf = (row: Row, places: number[]): FileRecord =>
    Object.fromEntries(
      columns.map(({ name }, index): [string, Value] => {
        const value = row[places[index] ?? -1] ?? null;
        return [name, value === null ? null : (parsers[index]?.(textOf(value)) ?? null)];
      }),
    );
  let batch: FileRecord[] = [];
  for await (const { rows, names } of textRows(file)) {
    const places = columns.map(({ name }) => names.indexOf(name));
    for (const row of rows) {
      batch.push(recordOf(row, places));
      if (batch.length < BATCH_ROWS) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

function parserOf(type: string): (text: string) => Value {
  switch (type) {
    case 'Nullable(Int64)':
      return (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : text);
    case 'Nullable(Float64)':
      return Number;
    case 'Nullable(Bool)':
      return (text) => text.toLowerCase() === 'true';
    case "Nullable(DateTime64(3, 'UTC'))":
      return readTime;
    default:
      return (text) => text;
  }
}
