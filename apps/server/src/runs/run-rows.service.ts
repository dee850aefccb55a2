import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import {
  AppError,
  type ColumnFamily,
  type ColumnProfile,
  type Relation,
  type RelationProfile,
  type Sample,
  type ValueCount,
} from '@pelton/contract';
import { bind, sql } from '@pelton/sdk';
import { type ProjectWarehouse, warehouseErrorType } from '@pelton/warehouse';
import type { Model } from 'mongoose';
import { WarehouseService } from '../infra/warehouse.service.js';
import {
  barsQuery,
  type ProfiledField,
  profiledFields,
  readBars,
  readSummary,
  type SummaryRow,
  summaryQuery,
  valuesQuery,
} from './profile.queries.js';
import { outputId } from './run-store.service.js';
import type { RunDoc, StepOutputDoc } from './run.schema.js';

/** Columns that are profiled at a time; after each of them a person sees how far it is. */
const AT_A_TIME = 4;
/** Keys of one JSON column that are looked at. */
const MOST_KEYS = 40;
const MOST_VALUES = 50;

/** An output port of a step that is done. */
interface Found {
  relation: Relation;
  sample: Sample | undefined;
  total: number;
}

export interface PortRef {
  step: string;
  port: string;
}

/** Looks at all the rows that a step of a run gave, while the run's tables are kept. */
@Injectable()
export class RunRows {
  constructor(
    @InjectModel('Run') private readonly runs: Model<RunDoc>,
    @InjectModel('StepOutput') private readonly outputs: Model<StepOutputDoc>,
    private readonly warehouse: WarehouseService,
  ) {}

  /**
   * Profiles the columns of a port over all rows, some at a time: each part has those that got done since the one before.
   * @throws NOT_FOUND, RUN_ROWS_GONE
   */
  async *profile(projectId: string, run: string, ref: PortRef, signal: AbortSignal): AsyncGenerator<RelationProfile> {
    const { relation, sample, total } = await this.find(projectId, run, ref);
    const { admin } = await this.warehouse.project(projectId);
    const fields = profiledFields(relation.columns, keysOf(sample));
    const told = (columns: ColumnProfile[]) => ({ port: ref.port, total, of: fields.length, columns });
    yield told([]);
    for (let at = 0; at < fields.length; at += AT_A_TIME) {
      const some = fields.slice(at, at + AT_A_TIME);
      // One after another: each may need much of the warehouse, and what is done is shown at once.
      // oxlint-disable-next-line no-await-in-loop
      yield told(await whileKept(() => profileFields(admin, relation, some, signal)));
    }
  }

  /** The values of a column that stand most often. @throws NOT_FOUND, RUN_ROWS_GONE */
  async values(
    projectId: string,
    run: string,
    { column, search, ...ref }: PortRef & { column: string; search: string },
  ): Promise<ValueCount[]> {
    const { relation } = await this.find(projectId, run, ref);
    if (!relation.columns.some(({ name }) => name === column))
      throw new AppError('NOT_FOUND', { noun: 'column', name: column });
    const { admin } = await this.warehouse.project(projectId);
    return whileKept(() => admin.rows<ValueCount>(valuesQuery(relation.sql, column, search, MOST_VALUES)));
  }

  /** The first rows of each port that a step gave. @throws NOT_FOUND, RUN_ROWS_GONE */
  async firstRows(
    projectId: string,
    run: string,
    step: string,
    limit: number,
  ): Promise<Record<string, Pick<Sample, 'columns' | 'rows'>>> {
    const output = await this.outputOf(projectId, run, step);
    const { admin } = await this.warehouse.project(projectId);
    const first = Object.entries(output.relations).map(async ([port, relation]) => {
      const query = sql`SELECT * FROM (${relation.sql}) LIMIT ${bind('UInt32', limit)}`;
      return [port, await whileKept(() => admin.table<Sample['rows'][number][number]>(query))] as const;
    });
    return Object.fromEntries(await Promise.all(first));
  }

  private async find(projectId: string, run: string, { step, port }: PortRef): Promise<Found> {
    const output = await this.outputOf(projectId, run, step);
    const relation = output.relations[port];
    if (!relation) throw new AppError('NOT_FOUND', { noun: 'output', name: port });
    const sample = output.samples[port];
    return { relation, sample, total: sample?.total ?? 0 };
  }

  private async outputOf(projectId: string, runId: string, stepId: string): Promise<StepOutputDoc> {
    const run = await this.runs.findOne({ _id: runId, projectId }, { steps: 1 }).lean();
    if (!run) throw new AppError('NOT_FOUND', { noun: 'run', name: runId });
    const step = run.steps.find(({ id, state }) => id === stepId && state === 'done');
    const output = step && (await this.outputs.findById(outputId(runId, step)).lean());
    if (!output) throw new AppError('NOT_FOUND', { noun: 'finished step', name: stepId });
    return output;
  }
}

async function profileFields(
  admin: ProjectWarehouse['admin'],
  relation: Relation,
  fields: readonly ProfiledField[],
  signal: AbortSignal,
): Promise<ColumnProfile[]> {
  const row = await admin.row<SummaryRow>(summaryQuery(relation.sql, fields), { signal });
  const found = fields.map((field, index) => readSummary(field, index, row));
  const spreads = fields.flatMap((field, index) => {
    const spread = found[index]?.spread;
    return spread ? [{ field, index, least: spread.least, most: spread.most }] : [];
  });
  if (spreads.length === 0) return found;
  const bars = await admin.row<SummaryRow>(barsQuery(relation.sql, spreads), { signal });
  return found.map((profile, index) =>
    profile.spread ? { ...profile, spread: { ...profile.spread, bars: readBars(index, bars) } } : profile,
  );
}

/** Tables of a run are dropped when it is no longer one of the newest. */
async function whileKept<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (warehouseErrorType(error) === 'UNKNOWN_TABLE') throw new AppError('RUN_ROWS_GONE', {}, { cause: error });
    throw error;
  }
}

/** The keys that the JSON columns of the first rows have, each with what its values are. */
function keysOf(sample: Sample | undefined): Map<string, Map<string, ColumnFamily>> {
  const found = new Map<string, Map<string, ColumnFamily>>();
  sample?.columns.forEach(({ name, family }, index) => {
    if (family !== 'json') return;
    const keys = new Map<string, ColumnFamily>();
    for (const row of sample.rows) {
      const value = row[index];
      if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
      for (const [key, inner] of Object.entries(value)) {
        if (inner === null) continue;
        const holds = typeof inner === 'number' ? 'number' : 'text';
        keys.set(key, keys.get(key) === undefined || keys.get(key) === holds ? holds : 'text');
      }
    }
    if (keys.size <= MOST_KEYS) found.set(name, keys);
  });
  return found;
}
