import { createRequire } from 'node:module';

/** A connection of the engine; only the binding can look into it. */
export interface NativeConnection {
  readonly native: unique symbol;
}

/** What the engine says when it has run a statement that reads. */
export interface NativeResult {
  bytes: Buffer;
  elapsed: number;
  rowsRead: number;
  bytesRead: number;
}

/** What the engine says when it has run a statement that writes. */
export interface NativeWritten {
  elapsed: number;
  rowsWritten: number;
  bytesWritten: number;
}

/**
 * The calls of chDB's addon that the warehouse uses. The package's own `Session` is not used: it closes a connection
 * only when no query of the whole process runs any more, so that during one long query every other would leave its
 * connection behind.
 */
export interface Binding {
  /** @param args like those of `clickhouse local`; the first connection of a process decides about `--config-file` */
  CreateConnection(path: string, args: readonly string[]): NativeConnection;
  /** Must not be called while a query runs on the connection. */
  CloseConnection(connection: NativeConnection): void;
  /** Runs statements one after the other, on a thread; the result is that of the last. */
  QueryAsyncConnection(connection: NativeConnection, sql: string, format: string): Promise<NativeResult>;
  /** The same for one that writes. The data is appended to the statement. */
  InsertRawAsyncConnection(
    connection: NativeConnection,
    sql: string,
    data: Buffer,
    countLines: boolean,
  ): Promise<NativeWritten>;
}

/** Loads the engine (570 MB of code, of which the system reads what is used). */
export function loadBinding(): Binding {
  const chdb = createRequire(createRequire(import.meta.url).resolve('chdb'));
  const { loadNative } = chdb('./dist/loader.js') as { loadNative: () => Binding }; // as chdb 3.4.0 has them
  return loadNative();
}
