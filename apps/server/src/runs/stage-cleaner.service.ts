import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
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
      .find({ projectId, pipeline, state: { $ne: 'running' } }, { _id: 1 })
      .sort({ startedAt: -1 })
      .skip(KEPT_RUNS)
      .limit(20)
      .lean();
    if (old.length === 0) return;
    const { admin, database } = await this.warehouse.project(projectId);
    for (const { _id } of old) {
      const tables = await admin.rows<{ name: string }>(
        sql`SELECT name FROM system.tables WHERE database = ${database} AND startsWith(name, ${`stage_${_id}_`})`,
      );
      for (const { name } of tables) await admin.run(sql`DROP TABLE IF EXISTS ${identifier(name)} SYNC`);
    }
  }
}
