import type { OpenedFile } from './open-file.js';
import type { FileRecord } from './file-record.js';
import { readParquet } from './read-parquet.js';
import { readText } from './read-text.js';
import { isText } from './text-rows.js';

/**
 * The rows of a file in batches, with the same columns and values as its relation.
 * @throws FILE_NOT_AS_NAMED
 */
export function readFile(file: OpenedFile): AsyncGenerator<FileRecord[]> {
  return isText(file) ? readText(file) : readParquet(file);
}
