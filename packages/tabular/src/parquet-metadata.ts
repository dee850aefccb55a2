import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetSchema,
  type ParquetType,
  type SchemaElement,
} from 'hyparquet';
import { notAsNamed } from './not-as-named.js';
import type { TableFile } from './table-file.js';

/** A column of a Parquet file. A list, map or struct is `nested`: it becomes text that holds JSON. */
export interface ParquetColumn {
  name: string;
  type: string;
  nested: boolean;
  element: SchemaElement;
}

/**
 * Reads the footer of a Parquet file.
 * @throws FILE_NOT_AS_NAMED when it was cut off or its footer cannot be read
 */
export async function readParquetMetadata(file: TableFile): Promise<FileMetaData> {
  const buffer = parquetBuffer(file);
  const tail = Buffer.from(await buffer.slice(Math.max(0, file.bytes - 4), file.bytes)).toString('latin1');
  if (file.bytes < 12 || tail !== 'PAR1')
    throw notAsNamed(file, 'its end is missing; perhaps it was cut off while it was copied or downloaded');
  try {
    const metadata = await parquetMetadataAsync(buffer, { geoparquet: false });
    if (endOfData(metadata) <= file.bytes) return metadata;
  } catch (cause) {
    throw notAsNamed(file, 'its footer cannot be read', { cause });
  }
  throw notAsNamed(file, 'its footer names data that it does not hold');
}

/** A file as hyparquet reads it: piece by piece, where its footer says that something is. */
export function parquetBuffer(file: TableFile): AsyncBuffer {
  const { bytes } = file;
  return {
    byteLength: bytes,
    slice: async (start, end = bytes) => {
      const from = start < 0 ? bytes + start : start;
      const piece = await file.slice(from, end);
      return new Uint8Array(piece).buffer;
    },
  };
}

const typeOfPhysical: Partial<Record<ParquetType, string>> = {
  BOOLEAN: 'Bool',
  INT32: 'Int64',
  INT64: 'Int64',
  FLOAT: 'Float64',
  DOUBLE: 'Float64',
};

/** The columns of a Parquet file, typed as the warehouse gets them. */
export function parquetColumns(metadata: FileMetaData): ParquetColumn[] {
  return parquetSchema(metadata).children.map(({ element, children }) => {
    const nested = children.length > 0 || element.repetition_type === 'REPEATED';
    return { name: element.name, type: nested ? 'Nullable(String)' : `Nullable(${typeOf(element)})`, nested, element };
  });
}

function typeOf({ type, converted_type: converted, logical_type: logical }: SchemaElement): string {
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL' || logical?.type === 'FLOAT16') return 'Float64';
  if (converted === 'DATE' || converted?.startsWith('TIMESTAMP') || logical?.type === 'TIMESTAMP' || type === 'INT96')
    return "DateTime64(3, 'UTC')";
  if (logical?.type === 'UUID') return 'UUID';
  if (converted === 'UINT_64') return 'UInt64';
  return (type && typeOfPhysical[type]) ?? 'String';
}

function endOfData(metadata: FileMetaData): number {
  const ends = metadata.row_groups.flatMap(({ columns }) =>
    columns.flatMap(({ meta_data: data }) =>
      data ? [Number(data.dictionary_page_offset ?? data.data_page_offset) + Number(data.total_compressed_size)] : [],
    ),
  );
  return ends.reduce((largest, end) => Math.max(largest, end), 0);
}
