import type { FileRecord } from './file-record.js';
import type { TableColumn } from './profile.js';
import { readParquet } from './read-parquet.js';
import { readText } from './read-text.js';
import type { TableFile } from './table-file.js';
import { isText } from './text-rows.js';

/**
 * The rows of a file in batches.
 * @param columns those that the rows shall have, such as the columns of many files together
 * @throws FILE_NOT_AS_NAMED
 */
export function readTable(file: TableFile, columns: TableColumn[]): AsyncGenerator<FileRecord[]> {
  return isText(file) ? readText(file, columns) : readParquet(file, columns);
}
