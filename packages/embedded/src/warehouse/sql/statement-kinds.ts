/** What a request asks for, and how it is run. */
export type Statement = RowsStatement | InsertStatement | WriteStatement | CommandStatement;

/** Gives rows, of which there may be many. */
export interface RowsStatement {
  kind: 'rows';
  /** Without its FORMAT clause. */
  sql: string;
  /** As the statement names it. */
  format: string | undefined;
  /** What stands behind the FORMAT clause. */
  tail: string;
}

/** Inserts data that comes with the request. */
export interface InsertStatement {
  kind: 'insert';
  /** As written, up to the data. */
  sql: string;
  format: string;
  /** Where in the text the data begins. */
  dataStart: number;
  /** The statement that takes the data from a file instead. */
  fromFile(file: string, compression: string): string;
}

/** Writes what it reads itself: INSERT … SELECT. */
export interface WriteStatement {
  kind: 'write';
  sql: string;
}

/** Everything else: DDL, and what gives a few rows at most. */
export interface CommandStatement {
  kind: 'command';
  sql: string;
  /** Its first word. */
  verb: string;
}
