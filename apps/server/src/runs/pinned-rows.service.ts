import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, type PinnedRows, type Relation, type Sample } from '@pelton/contract';
import { identifier, sql } from '@pelton/sdk';
import { emptyRelation } from '@pelton/warehouse';
import type { Model } from 'mongoose';
import type { ProjectSql } from '../infra/warehouse.service.js';
import type { PinDoc } from './pin.schema.js';
import type { Executed } from './step-executor.service.js';

/** Gives a pinned step's rows to those after it, as if it had run. */
@Injectable()
export class PinnedRowsService {
  constructor(@InjectModel('Pin') private readonly pins: Model<PinDoc>) {}

  /** @param table names the table of a port. @throws PIN_GONE */
  async execute(pin: string, step: string, project: ProjectSql, table: (port: string) => string): Promise<Executed> {
    const doc = await this.pins.findById(pin).lean();
    if (!doc || doc.projectId !== project.projectId) throw new AppError('PIN_GONE', { step });
    const relations: Record<string, Relation> = {};
    const samples: Record<string, Sample> = {};
    for (const [port, pinned] of Object.entries(doc.outputs)) {
      // One after another: there are few ports, and each is a table.
      // oxlint-disable-next-line no-await-in-loop
      relations[port] = await fill(project, table(port), pinned);
      samples[port] = { port, ...pinned, rows: pinned.rows.slice(0, 50), total: pinned.rows.length };
    }
    const rows = Object.fromEntries(Object.entries(doc.outputs).map(([port, pinned]) => [port, pinned.rows.length]));
    return { rowsIn: null, rows, foot: null, sql: null, output: { relations, samples } };
  }
}

/** The types of a pin are only ever bound values: whoever wrote one may have written anything. */
async function fill({ admin, database }: ProjectSql, table: string, { columns, rows }: PinnedRows): Promise<Relation> {
  await admin.run(
    sql`CREATE OR REPLACE TABLE ${identifier(table)} ENGINE = MergeTree ORDER BY tuple() AS ${emptyRelation(columns)}`,
  );
  const lines = rows.map((row) =>
    JSON.stringify(Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null]))),
  );
  await admin.insertLines(table, lines);
  return { sql: sql`SELECT * FROM ${identifier(database, table)}`, columns };
}
