import { Readable } from 'node:stream';
import { chooseFormat, type TableFormat } from './table-format.js';
import { refuseDisguise } from './refuse-disguise.js';
import type { TableOptions } from './table-options.js';

/** Bytes with a name, on a disk or in a bucket. */
export interface FileSource {
  /** What a person calls it. */
  name: string;
  bytes: number;
  /** Tells these bytes from all others: a path with a time of change, or an address with a hash. */
  version: string;
  /** All bytes in their order. @throws FILE_CHANGED when they are no longer those of `version` */
  stream(): AsyncIterable<Uint8Array>;
  /** The bytes from `start` up to, but not with, `end`. @throws FILE_CHANGED as above */
  slice(start: number, end: number): Promise<Uint8Array>;
}

/** A file that begins like its format. */
export interface TableFile<F extends TableFormat = TableFormat> extends FileSource {
  format: F;
}

const HEAD_BYTES = 65_536;

/**
 * Looks at the first bytes of a file to see how it is read.
 * @throws FILE_NOT_AS_NAMED, or PARAM_INVALID when neither the options nor its name tell the format
 */
export async function openTable(source: FileSource, options: TableOptions): Promise<TableFile> {
  const head = Buffer.from(await source.slice(0, Math.min(HEAD_BYTES, source.bytes)));
  const file = { ...source, format: chooseFormat(source.name, options, head) };
  refuseDisguise(file, head);
  return head.length === source.bytes ? { ...file, stream: () => Readable.from([head]) } : file;
}
