import { type Column, describeColumn, type Relation, type Sql } from '@pelton/contract';
import { bind, identifier, join, sql, type WriteResult } from '@pelton/sdk';
import { emptyRelation } from '@pelton/warehouse';
import type { StepRunContext } from './step-kind.js';
import { sourceColumn } from './row-values.js';

/** Numbers the rows of a step. */
const ROW = '_pelton_row';
const REFUSAL = describeColumn('refusal', 'String');
/** Types whose values a number of JavaScript may not hold exactly. */
const WIDE = /^(?:Nullable\(|LowCardinality\()*(?:U?Int(?:64|128|256)|Decimal)/;

/** What arrives at the two ports: rows as they were sent, and those that were refused with the reason. */
export function portsOf(columns: Column[]): { taken: Column[]; refused: Column[] } {
  return { taken: columns, refused: [REFUSAL, ...columns.filter(({ name }) => name !== REFUSAL.name)] };
}

/**
 * The rows that a step sends, kept as they were when it first began, and what became of each. Both belong to the step in
 * its run and not to one attempt, so that whoever goes on knows which rows are through.
 */
export class DestinationRows {
  private constructor(
    private readonly context: Pick<StepRunContext, 'project' | 'signal'>,
    private readonly columns: Column[],
    private readonly tables: { rows: Sql; results: Sql; resultsName: string },
    readonly count: number,
  ) {}

  /** Keeps the rows, unless an earlier attempt did. @throws LeaseLostError before they are those of the step */
  static async open(context: StepRunContext, rows: Relation, columns: Column[]): Promise<DestinationRows> {
    const { project, stage, keep, signal, confirm } = context;
    const { admin, database } = project;
    const kept = keep('rows');
    const resultsName = keep('results');
    const tables = { rows: identifier(database, kept), results: identifier(database, resultsName), resultsName };
    await admin.run(
      sql`CREATE TABLE IF NOT EXISTS ${tables.results} (${identifier(ROW)} UInt64, refusal String) ENGINE = ReplacingMergeTree ORDER BY ${identifier(ROW)}`,
    );
    const [known] = await admin.rows(sql`SELECT 1 FROM system.tables WHERE database = ${database} AND name = ${kept}`);
    if (!known) {
      const own = identifier(database, stage('rows'));
      await admin.run(
        sql`CREATE OR REPLACE TABLE ${own} ENGINE = MergeTree ORDER BY ${identifier(ROW)} AS SELECT ${namesOf(columns)}, rowNumberInAllBlocks() AS ${identifier(ROW)} FROM (${rows.sql})`,
        { signal },
      );
      await confirm(); // who goes on in its place keeps rows of its own
      await admin.run(sql`RENAME TABLE ${own} TO ${tables.rows}`);
    }
    const { count } = await admin.row<{ count: number }>(sql`SELECT count() AS count FROM ${tables.rows}`);
    return new DestinationRows(context, columns, tables, count);
  }

  /** How many rows from the first on are through. */
  async done(): Promise<number> {
    const { done } = await this.context.project.admin.row<{ done: number }>(
      sql`SELECT uniqExact(${identifier(ROW)}) AS done FROM ${this.tables.results}`,
    );
    return done;
  }

  /** So many rows from one on, as JSON; numbers that JavaScript does not hold exactly are text. */
  async read(from: number, size: number): Promise<Record<string, unknown>[]> {
    const wide = this.columns.filter(({ type }) => WIDE.test(type));
    const values = this.columns.map((column) => {
      const value = sourceColumn(column.name);
      return wide.includes(column) ? sql`toString(${value}) AS ${identifier(column.name)}` : value;
    });
    const records = await this.context.project.admin.rows<Record<string, unknown>>(
      sql`SELECT ${join(values)} FROM ${this.tables.rows} AS source WHERE ${identifier(ROW)} >= ${bind('UInt64', from)} AND ${identifier(ROW)} < ${bind('UInt64', from + size)} ORDER BY ${identifier(ROW)}`,
      { signal: this.context.signal },
    );
    for (const record of records) for (const { name } of wide) record[name] = numberOrText(record[name]);
    return records;
  }

  /** Writes down what became of rows, from one on. Resolves when it is durable. */
  async note(from: number, results: readonly WriteResult[]): Promise<void> {
    const lines = results.map((result, index) => ({
      [ROW]: from + index,
      refusal: result.ok ? '' : result.reason || 'No reason was given',
    }));
    await this.context.project.admin.insert(this.tables.resultsName, lines);
  }

  get all(): Sql {
    return sql`SELECT ${namesOf(this.columns)} FROM ${this.tables.rows}`;
  }

  /** What the step gives at its two ports. */
  get outputs(): { taken: Relation; refused: Relation } {
    const { taken, refused } = portsOf(this.columns);
    const row = identifier(ROW);
    const refusals = sql`SELECT ${row}, refusal FROM ${this.tables.results} FINAL WHERE refusal != ''`;
    const others = namesOf(refused.slice(1), 'source');
    return {
      taken: { sql: sql`${this.all} WHERE ${row} NOT IN (SELECT ${row} FROM (${refusals}))`, columns: taken },
      refused: {
        sql: sql`SELECT why.refusal AS refusal, ${others} FROM ${this.tables.rows} AS source INNER JOIN (${refusals}) AS why ON why.${row} = source.${row}`,
        columns: refused,
      },
    };
  }

  async refusedCount(): Promise<number> {
    const { refused } = await this.context.project.admin.row<{ refused: number }>(
      sql`SELECT count() AS refused FROM ${this.tables.results} FINAL WHERE refusal != ''`,
    );
    return refused;
  }
}

/** What a draft run gives: all rows would go, and none was refused. */
export function draftOutputs(rows: Relation, columns: Column[]): { taken: Relation; refused: Relation } {
  const ports = portsOf(columns);
  return {
    taken: { sql: sql`SELECT ${namesOf(columns)} FROM (${rows.sql})`, columns: ports.taken },
    refused: { sql: emptyRelation(ports.refused), columns: ports.refused },
  };
}

function namesOf(columns: readonly Column[], table?: string): Sql {
  return join(
    columns.map(({ name }) => (table ? sql`${identifier(table, name)} AS ${identifier(name)}` : identifier(name))),
  );
}

function numberOrText(value: unknown): unknown {
  return typeof value === 'string' && String(Number(value)) === value ? Number(value) : value;
}
