import type { Column, Relation, Sql } from '@pelton/contract';
import { bind, identifier, join, sql } from '@pelton/sdk';
import { type ColumnTrace, type LeafColumn, traceColumns } from './trace-columns.js';

/** Rows of EXPLAIN QUERY TREE. */
export type Explain = (query: Sql) => Promise<{ explain: string }[]>;

/** A column that arrives at a port. */
export interface PortColumn {
  port: string;
  column: string;
}

export interface QueryTrace {
  columns: Record<string, PortColumn[]>;
  rows: PortColumn[];
  /** The same of tables of the project that the query reads by itself. */
  tables: ColumnTrace;
}

/** Stand-ins for what arrives, without rows, whose columns are known again wherever they end up. */
export function markedInputs(ports: Readonly<Record<string, readonly Column[]>>): Record<string, Relation> {
  return Object.fromEntries(
    Object.entries(ports).map(([port, columns], at) => [port, { sql: marked(at, columns), columns: [...columns] }]),
  );
}

/** Finds out what a query over marked inputs makes its columns of. */
export async function traceQuery(
  query: Sql,
  ports: readonly string[],
  known: PortColumns,
  explain: Explain,
): Promise<QueryTrace> {
  const lines = await explain(sql`EXPLAIN QUERY TREE passes = 1 ${query}`);
  const trace = traceColumns(lines.map((line) => line.explain));
  const toPort = ({ table, column }: LeafColumn): PortColumn[] => {
    const [, port = '', at = ''] = /^arrived_(\d+)_(\d+)$/.exec(column) ?? [];
    const name = ports[Number(port)];
    const found = table === undefined && name !== undefined ? known[name]?.[Number(at)] : undefined;
    return found && name !== undefined ? [{ port: name, column: found.name }] : [];
  };
  const ofTable = ({ table }: LeafColumn) => table !== undefined;
  const each = <T>(leavesTo: (leaves: LeafColumn[]) => T[]) =>
    Object.fromEntries(Object.entries(trace.columns).map(([name, leaves]) => [name, leavesTo(leaves)]));
  return {
    columns: each((leaves) => leaves.flatMap(toPort)),
    rows: trace.rows.flatMap(toPort),
    tables: { columns: each((leaves) => leaves.filter(ofTable)), rows: trace.rows.filter(ofTable) },
  };
}

type PortColumns = Readonly<Record<string, readonly Column[]>>;

function marked(port: number, columns: readonly Column[]): Sql {
  const mark = (at: number) => `arrived_${port}_${at}`;
  const structure = columns.map(({ type }, at) => `${mark(at)} ${type}`).join(', ');
  const list = join(columns.map(({ name }, at) => sql`${identifier(mark(at))} AS ${identifier(name)}`));
  return sql`SELECT ${list} FROM null(${bind('String', structure)})`;
}
