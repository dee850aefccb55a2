import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { AppError } from '@pelton/sdk';
import { type Compressors, type DecodedArray, type FileMetaData, parquetScan } from 'hyparquet';
import type { TableFile } from './table-file.js';
import { parquetBuffer, parquetColumns, readParquetMetadata } from './parquet-metadata.js';
import { parquetParsers, parquetValue } from './parquet-value.js';
import { BATCH_ROWS, type FileRecord } from './file-record.js';
import type { TableColumn } from './profile.js';

const compressors: Compressors = { GZIP: (input) => gunzipSync(input), BROTLI: (input) => brotliDecompressSync(input) };
const readable = ['UNCOMPRESSED', 'SNAPPY', ...Object.keys(compressors)];

/**
 * The rows of a Parquet file with these columns; one that the file does not have is null. One row group, or one part of
 * it that can be read alone, is in memory at a time.
 */
export async function* readParquet(file: TableFile, wanted: TableColumn[]): AsyncGenerator<FileRecord[]> {
  const metadata = await readParquetMetadata(file);
  refuseCompression(file, metadata);
  const columns = parquetColumns(metadata).filter(({ name }) => wanted.some((column) => column.name === name));
  const empty = Object.fromEntries(wanted.map(({ name }) => [name, null]));
  const asText = new Set(wanted.filter(({ type }) => type === 'Nullable(String)').map(({ name }) => name));
  const scan = await parquetScan({
    file: parquetBuffer(file),
    metadata,
    compressors,
    parsers: parquetParsers,
    geoparquet: false,
  });
  for (const range of scan.ranges) {
    const values: DecodedArray[] = [];
    for (const { name } of columns) values.push(await scan.readColumn({ ...range, column: name }));
    const rows = range.rowEnd - range.rowStart;
    for (let start = 0; start < rows; start += BATCH_ROWS) {
      const batch = Array.from({ length: Math.min(BATCH_ROWS, rows - start) }, (_, offset) => recordOf(start + offset));
      yield batch;
    }

    function recordOf(row: number): FileRecord {
      const record: FileRecord = { ...empty };
      columns.forEach((column, index) => {
        const value = parquetValue(column, values[index]?.[row]);
        record[column.name] = value !== null && asText.has(column.name) ? String(value) : value;
      });
      return record;
    }
  }
}

function refuseCompression(file: TableFile, metadata: FileMetaData): void {
  const codecs = metadata.row_groups.flatMap(({ columns }) => columns.map((column) => column.meta_data?.codec));
  const codec = codecs.find((each) => each && !readable.includes(each));
  if (codec)
    throw new AppError('PARAM_INVALID', {
      field: 'stream',
      reason: `${file.name} is compressed with ${codec}, which only the warehouse can unpack. Write it with Snappy`,
    });
}
