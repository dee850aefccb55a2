/** What the engine did for a query. */
export interface Summary {
  readRows: number;
  readBytes: number;
  writtenRows: number;
  writtenBytes: number;
  elapsedMs: number;
}

/** Of a query whose answer begins before it has ended. */
export const NOTHING_YET: Summary = { readRows: 0, readBytes: 0, writtenRows: 0, writtenBytes: 0, elapsedMs: 0 };

/** The header `X-ClickHouse-Summary`. The engine does not tell the rows of a result, and a server leaves them at 0. */
export function summaryHeader({ readRows, readBytes, writtenRows, writtenBytes, elapsedMs }: Summary): string {
  return JSON.stringify({
    read_rows: String(readRows),
    read_bytes: String(readBytes),
    written_rows: String(writtenRows),
    written_bytes: String(writtenBytes),
    total_rows_to_read: '0',
    result_rows: '0',
    result_bytes: '0',
    elapsed_ns: String(Math.round(elapsedMs * 1e6)),
  });
}
