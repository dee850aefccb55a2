import { createReadStream } from 'node:fs';
import { TextDecoder } from 'node:util';
import type { FileFormat, ParquetFormat } from './file-format.js';
import { notAsNamed } from './not-as-named.js';
import type { OpenedFile } from './open-file.js';
import { splitCsv } from './split-csv.js';
import { splitJson } from './split-json.js';
import type { Refuse, Row, Splitter } from './splitter.js';

export type TextFile = OpenedFile<Exclude<FileFormat, ParquetFormat>>;

// In small pieces the rows die young: pieces of 1 MB make the garbage collector take half of the time.
const PIECE_BYTES = 65_536;

/** True for a file of rows that a person could read. */
export function isText(file: OpenedFile): file is TextFile {
  return file.format.kind !== 'parquet';
}

/** The rows of a text file as they are written in it, in pieces of the file; `names` are those found up to the piece. */
export async function* textRows(file: TextFile): AsyncGenerator<{ rows: Row[]; names: readonly string[] }> {
  const refuse: Refuse = (reason) => notAsNamed(file, reason);
  const splitter = file.format.kind === 'csv' ? splitCsv(file.format.dialect, refuse) : splitJson(refuse);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const piece of createReadStream(file.path, { highWaterMark: PIECE_BYTES })) {
    yield pieceOf(splitter, (each) => each.push(decode(file, decoder, piece as Buffer))); // no encoding is set, so it is a Buffer
  }
  yield pieceOf(splitter, (each) => [...each.push(decode(file, decoder)), ...each.end()]);
}

function pieceOf(splitter: Splitter, take: (splitter: Splitter) => Row[]): { rows: Row[]; names: readonly string[] } {
  const rows = take(splitter);
  return { rows, names: splitter.names };
}

function decode(file: TextFile, decoder: TextDecoder, piece?: Buffer): string {
  try {
    return piece ? decoder.decode(piece, { stream: true }) : decoder.decode();
  } catch (cause) {
    const reason = 'its text is not in UTF-8; save it as UTF-8 (in Excel: CSV UTF-8)';
    throw notAsNamed(file, reason, { cause });
  }
}
