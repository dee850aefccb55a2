import { Inject, Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { OVER_STATES } from '@pelton/contract';
import { identifier, sql } from '@pelton/sdk';
import type { Model, QueryFilter } from 'mongoose';
import { CONFIG, type Config } from '../config.js';
import { WarehouseService } from '../infra/warehouse.service.js';
import { outputId } from './run-store.service.js';
import type { RunDoc, RunProgress, StepOutputDoc } from './run.schema.js';
import { runOfTable, staleTables } from './stale-tables.js';

/** Runs of so lately are remembered however many they are: who starts one may ask for it again under its id. */
const LATELY_MS = 3_600_000;
/** Runs that one end forgets; the next ends go on with it. */
const MOST_FORGOTTEN = 100;
/** Users who go on after a wait and back-fills of history start many runs, which must not push out the others. */
const KINDS = [{ $nin: ['wait', 'backfill'] }, 'wait', 'backfill'] as const;

type Of = Pick<RunDoc, 'projectId' | 'pipeline'>;

/** Drops what nobody will look at any more: tables of old runs, what attempts that died left behind, and the runs themselves. */
@Injectable()
export class RunCleaner {
  private readonly keptRuns: number;
  private readonly keptTables: number;

  constructor(
    @Inject(CONFIG) { keptRuns, keptRunTables }: Pick<Config, 'keptRuns' | 'keptRunTables'>,
    @InjectModel('Run') private readonly runs: Model<RunDoc>,
    @InjectModel('StepOutput') private readonly outputs: Model<StepOutputDoc>,
    private readonly warehouse: WarehouseService,
  ) {
    this.keptRuns = keptRuns;
    this.keptTables = Math.min(keptRunTables, keptRuns);
  }

  /** Cleans up behind a run that is over, and behind the earlier ones of its pipeline. */
  async clean(run: RunProgress, now = new Date()): Promise<void> {
    const { projectId, pipeline } = run;
    await this.forgetAttempts(run);
    await this.dropTables({ projectId, pipeline });
    await this.forgetRuns({ projectId, pipeline }, new Date(now.getTime() - LATELY_MS));
  }

  /** Attempts are named, so that what a later attempt leaves meanwhile stays. */
  private async forgetAttempts({ _id, steps }: RunProgress): Promise<void> {
    const given = steps.flatMap(({ id, state, attempt }) => {
      const last = state === 'done' || state === 'failed' ? attempt - 1 : attempt;
      return Array.from({ length: Math.max(0, last) }, (_, before) => outputId(_id, { id, attempt: before + 1 }));
    });
    if (given.length > 0) await this.outputs.deleteMany({ _id: { $in: given } });
  }

  /** The tables are looked up before the runs, so that no table of an attempt that begins meanwhile is taken for an old one. */
  private async dropTables(of: Of): Promise<void> {
    const { admin, database } = await this.warehouse.project(of.projectId);
    const found = await admin.rows<{ name: string }>(
      sql`SELECT name FROM system.tables WHERE database = ${database} AND startsWith(name, 'stage_')`,
    );
    const tables = found.map(({ name }) => name);
    const ids = [...new Set(tables.flatMap((name) => runOfTable(name) ?? []))];
    const owners = await this.runs.find({ ...of, _id: { $in: ids } }, { state: 1, steps: 1 }).lean();
    const latest = await this.latest(
      { ...of, state: { $in: ['done', 'failed', 'cancelled'] } },
      { limit: this.keptTables },
    );
    const { projectId, pipeline } = of;
    const standing = [{ state: { $nin: OVER_STATES } }, { pipeline: { $ne: pipeline } }, { _id: { $in: latest } }];
    const read = await this.readBy({ projectId, $or: standing }, ids);
    const stale = staleTables(tables, owners, (id) => latest.includes(id) || read.has(id));
    for (const name of stale) await admin.run(sql`DROP TABLE IF EXISTS ${identifier(name)} SYNC`);
  }

  /** A run goes after its tables and outputs, so that whoever dies in between leaves nothing that nobody finds. */
  private async forgetRuns(of: Of, before: Date): Promise<void> {
    const over = { ...of, state: { $in: OVER_STATES }, endUntold: { $ne: true } };
    const old = await this.latest(over, { skip: this.keptRuns, limit: MOST_FORGOTTEN, before });
    const read = await this.readBy({ projectId: of.projectId, _id: { $nin: old } }, old);
    const gone = old.filter((id) => !read.has(id));
    if (gone.length === 0) return;
    await this.outputs.deleteMany({ runId: { $in: gone } });
    await this.runs.deleteMany({ _id: { $in: gone }, state: { $in: OVER_STATES } });
  }

  /** Ids of the latest runs of each kind. */
  private async latest(
    which: QueryFilter<RunDoc>,
    { skip = 0, limit, before }: { skip?: number; limit: number; before?: Date },
  ): Promise<string[]> {
    const kinds = KINDS.map((kind) =>
      this.runs
        .find({ ...which, 'cause.kind': kind }, { startedAt: 1 })
        .sort({ startedAt: -1 })
        .skip(skip)
        .limit(limit)
        .lean(),
    );
    const found = (await Promise.all(kinds)).flat();
    return found.filter(({ startedAt }) => !before || startedAt < before).map(({ _id }) => _id);
  }

  /** Those of the runs whose tables some readers read: through their seeds, or because they called them. */
  private async readBy(readers: QueryFilter<RunDoc>, ids: string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const found = await this.runs.find({ ...readers, readsRuns: { $in: ids } }, { readsRuns: 1 }).lean();
    return new Set(found.flatMap(({ readsRuns = [] }) => readsRuns));
  }
}
