import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { AppError } from '@pelton/sdk';
import { asyncBufferFromFile, type Compressors, type DecodedArray, type FileMetaData, parquetScan } from 'hyparquet';
import type { OpenedFile } from './open-file.js';
import { parquetColumns, readParquetMetadata } from './parquet-metadata.js';
import { parquetParsers, parquetValue } from './parquet-value.js';
import { BATCH_ROWS, type FileRecord } from './file-record.js';

const compressors: Compressors = { GZIP: (input) => gunzipSync(input), BROTLI: (input) => brotliDecompressSync(input) };
const readable = ['UNCOMPRESSED', 'SNAPPY', ...Object.keys(compressors)];

/** The rows of a Parquet file; one row group, or one part of it that can be read alone, is in memory at a time. */
export async function* readParquet(file: OpenedFile): AsyncGenerator<FileRecord[]> {
  const metadata = await readParquetMetadata(file);
  refuseCompression(file, metadata);
  const columns = parquetColumns(metadata);
  const scan = await parquetScan({
    file: await asyncBufferFromFile(file.path),
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
      const batch = Array.from({ length: Math.min(BATCH_ROWS, rows - start) }, (_, offset) =>
        Object.fromEntries(
          columns.map((column, index) => [column.name, parquetValue(column, values[index]?.[start + offset])]),
        ),
      );
      yield batch;
    }
  }
}

function refuseCompression(file: OpenedFile, metadata: FileMetaData): void {
  const codecs = metadata.row_groups.flatMap(({ columns }) => columns.map((column) => column.meta_data?.codec));
  const codec = codecs.find((each) => each && !readable.includes(each));
  if (codec)
    throw new AppError('PARAM_INVALID', {
      field: 'stream',
      reason: `${file.name} is compressed with ${codec}, which only the warehouse can unpack. Write it with Snappy`,
    });
}
