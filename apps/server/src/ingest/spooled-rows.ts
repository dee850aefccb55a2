import { type Line, noRows, type Rows, type Table, TABLES } from './group-commit.js';

/** Rows as they lie in the spool: JSON, each row with the end of its line. They are neither read nor copied, only passed on. */
export type SpooledRows = Record<Table, Buffer[]>;

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
  const tables = TABLES.map((table) => toBytes(rows[table].map(({ line }) => line)));
  const bytes = Object.fromEntries(TABLES.map((table, index) => [table, tables[index]?.length ?? 0]));
  const head: Head = { projectId, bytes };
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), ...tables]);
}

/** What waited, by project, as few large inserts: one for each record would not catch up with what comes. */
export function byProject(records: readonly Buffer[]): Map<string, SpooledRows> {
  const projects = new Map<string, SpooledRows>();
  for (const record of records) {
    const { projectId, parts } = fromRecord(record);
    const rows = projects.get(projectId) ?? noRows<Buffer>();
    projects.set(projectId, rows);
    for (const { table, bytes } of parts) if (bytes.length > 0) rows[table].push(bytes);
  }
  return projects;
}

/** Spooled rows of one table, to be looked at one by one. */
export function linesOf(bytes: readonly Buffer[]): Line[] {
  const lines = Buffer.concat(bytes).toString('utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => ({ line }));
}

function fromRecord(record: Buffer): { projectId: string; parts: { table: Table; bytes: Buffer }[] } {
  const end = record.indexOf(NEWLINE);
  const first = record.toString('utf8', 0, end < 0 ? undefined : end);
  const head = JSON.parse(first) as Head | OlderRecord; // written by toRecord; the spool has compared its checksum
  let from = end + 1;
  const parts = TABLES.map((table) => {
    if ('lines' in head) return { table, bytes: toBytes(head.lines[table] ?? []) };
    const to = from + (head.bytes[table] ?? 0);
    const bytes = record.subarray(from, to);
    from = to;
    return { table, bytes };
  });
  return { projectId: head.projectId, parts };
}

function toBytes(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}
