import { TextDecoder } from 'node:util';
import type { TableFormat, ParquetFormat } from './table-format.js';
import { notAsNamed } from './not-as-named.js';
import type { TableFile } from './table-file.js';
import { splitCsv } from './split-csv.js';
import { splitJson } from './split-json.js';
import type { Refuse, Row, Splitter } from './splitter.js';

export type TextFile = TableFile<Exclude<TableFormat, ParquetFormat>>;

/** True for a file of rows that a person could read. */
export function isText(file: TableFile): file is TextFile {
  return file.format.kind !== 'parquet';
}

/** A piece of a file: its rows as they are written there, and what is known of the names up to it. */
type Piece = { rows: Row[] } & Pick<Splitter, 'names' | 'isNamed'>;

/** The rows of a text file, in pieces of the file. */
export async function* textRows(file: TextFile): AsyncGenerator<Piece> {
  const refuse: Refuse = (reason) => notAsNamed(file, reason);
  const splitter = file.format.kind === 'csv' ? splitCsv(file.format.dialect, refuse) : splitJson(refuse);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const piece of file.stream()) {
    yield pieceOf(splitter, (each) => each.push(decode(file, decoder, piece)));
  }
  yield pieceOf(splitter, (each) => [...each.push(decode(file, decoder)), ...each.end()]);
}

function pieceOf(splitter: Splitter, take: (splitter: Splitter) => Row[]): Piece {
  const rows = take(splitter);
  return { rows, names: splitter.names, isNamed: splitter.isNamed };
}

function decode(file: TextFile, decoder: TextDecoder, piece?: Uint8Array): string {
  try {
    return piece ? decoder.decode(piece, { stream: true }) : decoder.decode();
  } catch (cause) {
    const reason = 'its text is not in UTF-8; save it as UTF-8 (in Excel: CSV UTF-8)';
    throw notAsNamed(file, reason, { cause });
  }
}
