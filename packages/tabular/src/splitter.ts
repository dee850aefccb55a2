/** The values of a row in the order of the columns. What a value is written as depends on the format; null is empty. */
export type Row = (string | null)[];

/** Cuts the text of a file, given piece by piece, into rows. Throws FILE_NOT_AS_NAMED, naming the line at fault. */
export interface Splitter {
  /** The rows that are whole now. */
  push(piece: string): Row[];
  /** What the last line holds. */
  end(): Row[];
  /** The names found so far, in order of appearance. */
  readonly names: readonly string[];
  /** Whether the file itself says the names, all of them just as they are here. */
  readonly isNamed: boolean;
}

/** Makes the error for a reason; the reason completes “it is not a … file:”. */
export type Refuse = (reason: string) => Error;

/** A record longer than this is taken for a mark that is never closed, so that no file fills the memory. */
export const MAX_RECORD_LENGTH = 16_000_000;
export const MAX_COLUMNS = 2_000;

/** The number of line ends in a text. */
export function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
