import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { OVER_STATES } from '@pelton/contract';
import { identifier, sql } from '@pelton/sdk';
import type { Model } from 'mongoose';
import { WarehouseService } from '../infra/warehouse.service.js';
import type { RunDoc } from './run.schema.js';

/** Runs of a pipeline whose tables are kept, so that a failed one can go on and a panel can look closer. */
const KEPT_RUNS = 3;

/** Drops the tables of runs that nobody will go on with. */
@Injectable()
export class StageCleaner {
  constructor(
    @InjectModel('Run') private readonly runs: Model<RunDoc>,
    private readonly warehouse: WarehouseService,
  ) {}

  async clean(projectId: string, pipeline: string): Promise<void> {
    const old = await this.runs
      .find({ projectId, pipeline, state: { $in: OVER_STATES } }, { _id: 1 })
      .sort({ startedAt: -1 })
      .skip(KEPT_RUNS)
      .limit(20)
      .lean();
    const inUse = await this.readByOthers(old.map(({ _id }) => _id));
    if (old.length === inUse.size) return;
    const { admin, database } = await this.warehouse.project(projectId);
    for (const { _id } of old) {
      if (inUse.has(_id)) continue;
      const tables = await admin.rows<{ name: string }>(
        sql`SELECT name FROM system.tables WHERE database = ${database} AND startsWith(name, ${`stage_${_id}_`})`,
      );
      for (const { name } of tables) await admin.run(sql`DROP TABLE IF EXISTS ${identifier(name)} SYNC`);
    }
  }

  /** Those of the runs whose tables a later one reads through its seeds. */
  private async readByOthers(ids: string[]): Promise<Set<string>> {
    const readers = await this.runs.find({ readsRuns: { $in: ids }, _id: { $nin: ids } }, { readsRuns: 1 }).lean();
    return new Set(readers.flatMap(({ readsRuns = [] }) => readsRuns.filter((id) => ids.includes(id))));
  }
}
