import { type Line, type Rows, type Table, TABLES } from './group-commit.js';

/** Rows as they lie in the spool: JSON, each row with the end of its line. They are not read, only passed on. */
export type SpooledRows = Record<Table, Buffer>;

/** The first line of a record: whose rows follow, and how many bytes of them are for each table, in the order of TABLES. */
interface Head {
  projectId: string;
  bytes: Partial<Record<Table, number>>;
}

/** How an older version wrote a record: as one line. */
interface OlderRecord {
  projectId: string;
  lines: Partial<Record<Table, string[]>>;
}

const NEWLINE = 0x0a;

/** The rows of a project as a record of the spool. */
export function toRecord(projectId: string, rows: Rows): Buffer {
  const tables = TABLES.map((table) => bytesOf(rows[table].map(({ line }) => line)));
  const bytes = Object.fromEntries(TABLES.map((table, index) => [table, tables[index]?.length ?? 0]));
  const head: Head = { projectId, bytes };
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), ...tables]);
}

/** What waited, by project, as few large inserts: one for each record would not catch up with what comes. */
export function byProject(records: readonly Buffer[]): Map<string, SpooledRows> {
  const parts = new Map<string, SpooledRows[]>();
  for (const record of records) {
    const { projectId, rows } = fromRecord(record);
    const those = parts.get(projectId) ?? [];
    parts.set(projectId, those);
    those.push(rows);
  }
  return new Map(
    [...parts].map(([projectId, many]) => [projectId, perTable((t) => Buffer.concat(many.map((rows) => rows[t])))]),
  );
}

/** Spooled rows of one table, to be looked at one by one. */
export function linesOf(bytes: Buffer): Line[] {
  const lines = bytes.toString('utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => ({ line }));
}

function fromRecord(record: Buffer): { projectId: string; rows: SpooledRows } {
  const end = record.indexOf(NEWLINE);
  const first = record.toString('utf8', 0, end < 0 ? undefined : end);
  const head = JSON.parse(first) as Head | OlderRecord; // written by toRecord; the spool has compared its checksum
  const { projectId } = head;
  if ('lines' in head) return { projectId, rows: perTable((table) => bytesOf(head.lines[table] ?? [])) };
  let from = end + 1;
  return { projectId, rows: perTable((table) => record.subarray(from, (from += head.bytes[table] ?? 0))) };
}

function bytesOf(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}

/** Made in the order of TABLES. */
function perTable(bytes: (table: Table) => Buffer): SpooledRows {
  return Object.fromEntries(TABLES.map((table) => [table, bytes(table)])) as SpooledRows; // all of them
}
