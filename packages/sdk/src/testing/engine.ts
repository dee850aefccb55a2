import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Column, describeColumn, type Sql } from '@pelton/contract';
import { Session } from 'chdb';
import { identifier, render } from '../sql.js';

export type TableRow = Record<string, unknown>;

/** A ClickHouse of its own, in this process, for tests: table in, rows out. */
export interface Engine {
  /**
   * Makes a table of the given columns (`{ user_id: 'String' }`) and fills it; returns the fragment that reads it.
   * @param key columns of which FINAL keeps one row, the last one
   */
  table(name: string, columns: Record<string, string>, rows: TableRow[], key?: string[]): Sql;
  /** Runs a SELECT; 64-bit integers come as numbers. */
  rows<T extends TableRow = TableRow>(query: Sql): T[];
  /** The typed columns of a SELECT, without running it. */
  columns(query: Sql): Column[];
  close(): void;
}

/** Opens an engine on a temporary folder. One at a time in a process: chDB binds one folder. */
export function openEngine(): Engine {
  const folder = mkdtempSync(join(tmpdir(), 'pelton-'));
  const session = new Session(folder);
  return {
    table(name, columns, rows, key) {
      const list = Object.entries(columns).map(([column, type]) => `${render(identifier(column)).text} ${type}`);
      const engine = key ? `ReplacingMergeTree ORDER BY (${key.join(', ')})` : 'MergeTree ORDER BY tuple()';
      session.query(`CREATE OR REPLACE TABLE \`${name}\` (${list.join(', ')}) ENGINE = ${engine}`);
      const body = rows.map((row) => JSON.stringify(row)).join('\n');
      if (rows.length)
        session.query(
          `INSERT INTO \`${name}\` SETTINGS date_time_input_format = 'best_effort' FORMAT JSONEachRow ${body}`,
        );
      return { parts: [`\`${name}\``] };
    },
    rows<T extends TableRow>(query: Sql) {
      const { text, params } = render(query);
      const settings = 'SETTINGS output_format_json_quote_64bit_integers = 0';
      const answer = session.queryBind(`SELECT * FROM (${text}) ${settings}`, params, 'JSONEachRow');
      return answer.split('\n').flatMap((line) => (line ? [JSON.parse(line) as T] : [])); // the caller names the shape it selects
    },
    columns(query) {
      const { text, params } = render(query);
      const answer = session.queryBind(`DESCRIBE TABLE (${text})`, params, 'JSONEachRow');
      const rows = answer
        .split('\n')
        .flatMap((line) => (line ? [JSON.parse(line) as { name: string; type: string }] : [])); // as DESCRIBE gives them
      return rows.map(({ name, type }) => describeColumn(name, type));
    },
    close() {
      session.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
