import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, type Sync, type SyncInput } from '@pelton/contract';
import type { Model } from 'mongoose';
import { isDuplicate } from '../common/duplicate.js';
import { newId } from '../common/ids.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { nextTime } from '../schedules/schedule.js';
import { lastDays } from './daily-rows.js';
import type { SyncDoc, SyncRunDoc } from './sync.schema.js';
import { toSyncRun } from './sync-runs.service.js';

@Injectable()
export class SyncsService {
  constructor(
    @InjectModel('Sync') private readonly syncs: Model<SyncDoc>,
    @InjectModel('SyncRun') private readonly runs: Model<SyncRunDoc>,
    private readonly connections: ConnectionsService,
  ) {}

  async list(projectId: string, connection?: string): Promise<Sync[]> {
    const docs = await this.syncs
      .find({ projectId, ...(connection && { connection }) })
      .sort({ title: 1 })
      .lean();
    return this.withLastRuns(docs);
  }

  async find(projectId: string, name: string): Promise<Sync> {
    const doc = await this.load(projectId, name);
    const [sync] = await this.withLastRuns([doc]);
    return sync as Sync; // one for one
  }

  /** @throws NAME_TAKEN, SYNC_NOT_POSSIBLE, SCHEDULE_WRONG, NOT_FOUND */
  async create(projectId: string, input: SyncInput): Promise<Sync> {
    await this.check(projectId, input);
    const doc: SyncDoc = {
      ...input,
      _id: newId(),
      projectId,
      nextRunAt: firstTime(input),
      lastRunId: null,
      ...FRESH,
      updatedAt: new Date(),
    };
    await this.write(input, () => this.syncs.create(doc));
    return this.find(projectId, input.name);
  }

  /** A change of what is read, or of how rows are told apart, makes the next run begin with everything. */
  async update(projectId: string, name: string, input: SyncInput): Promise<Sync> {
    const before = await this.load(projectId, name);
    if (input.name !== name)
      throw new AppError('PARAM_INVALID', { field: 'name', reason: 'a name does not change; the title may' });
    await this.check(projectId, input);
    await this.refuseWhileRunning(before);
    const isSame = WHAT_IS_READ.every((field) => JSON.stringify(before[field]) === JSON.stringify(input[field]));
    const change = { ...input, nextRunAt: firstTime(input), ...(isSame ? {} : FRESH), updatedAt: new Date() };
    await this.write(input, () =>
      this.syncs.updateOne(
        { _id: before._id },
        { $set: change, ...(input.cursor === undefined && { $unset: { cursor: 1 } }) },
      ),
    );
    return this.find(projectId, name);
  }

  /** Lets the next run change the dataset's columns to those that the stream has now. */
  async acceptSchema(projectId: string, name: string): Promise<Sync> {
    const { _id } = await this.load(projectId, name);
    await this.syncs.updateOne({ _id }, { $set: { acceptsSchema: true } });
    return this.find(projectId, name);
  }

  /** The dataset stays as it is. */
  async remove(projectId: string, name: string): Promise<void> {
    const sync = await this.load(projectId, name);
    await this.refuseWhileRunning(sync);
    await this.syncs.deleteOne({ _id: sync._id });
    await this.runs.deleteMany({ syncId: sync._id });
  }

  /** @throws NOT_FOUND */
  async load(projectId: string, name: string): Promise<SyncDoc> {
    const doc = await this.syncs.findOne({ projectId, name }).lean();
    if (!doc) throw new AppError('NOT_FOUND', { noun: 'sync', name });
    return doc;
  }

  private async check(projectId: string, input: SyncInput): Promise<void> {
    const source = await this.connections.openStream(projectId, input.connection, input.stream);
    if (input.mode === 'incremental' && !source.canReadIncrementally)
      throw new AppError('SYNC_NOT_POSSIBLE', {
        sync: input.title,
        reason: 'its connector can only read everything. Choose a full refresh',
      });
    firstTime(input);
  }

  private async refuseWhileRunning({ _id, title }: SyncDoc): Promise<void> {
    if (await this.runs.exists({ open: _id })) throw new AppError('SYNC_RUNNING', { sync: title });
  }

  private async write(input: SyncInput, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      const isDataset = error instanceof Error && error.message.includes('dataset');
      const taken = isDataset ? { noun: 'dataset', name: input.dataset } : { noun: 'sync', name: input.name };
      throw new AppError('NAME_TAKEN', taken, { cause: error });
    }
  }

  private async withLastRuns(docs: SyncDoc[]): Promise<Sync[]> {
    const ids = docs.flatMap(({ lastRunId }) => (lastRunId ? [lastRunId] : []));
    const runs = await this.runs.find({ _id: { $in: ids } }, { log: 0 }).lean();
    const byId = new Map(runs.map((run) => [run._id, toSyncRun(run)]));
    return docs.map((doc) => toSync(doc, byId.get(doc.lastRunId ?? '') ?? null));
  }
}

const FRESH = { state: null, holder: null, batch: null, acceptsSchema: false };
const WHAT_IS_READ = ['connection', 'stream', 'dataset', 'mode', 'cursor', 'primaryKey'] as const;

/** @throws SCHEDULE_WRONG */
function firstTime({ schedule }: SyncInput): Date | null {
  return schedule ? nextTime(schedule, new Date()) : null;
}

function toSync(doc: SyncDoc, lastRun: Sync['lastRun']): Sync {
  const { name, title, connection, stream, dataset, mode, cursor, primaryKey, onSchemaChange, schedule } = doc;
  return {
    stream: stream as Sync['stream'], // JSON by the schema of its input
    ...{ name, title, connection, dataset, mode, primaryKey, onSchemaChange, schedule: schedule ?? null },
    ...(cursor && { cursor }),
    nextRunAt: doc.nextRunAt?.toISOString() ?? null,
    lastRun,
    hasState: doc.state !== null,
    daily: lastDays(doc.daily, new Date()),
    updatedAt: doc.updatedAt.toISOString(),
  };
}
