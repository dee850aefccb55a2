import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, type SyncRun, type SyncRunDetail } from '@pelton/contract';
import type { Model } from 'mongoose';
import { isDuplicate } from '../common/duplicate.js';
import { newId } from '../common/ids.js';
import { SyncEngine } from './sync-engine.service.js';
import type { SyncDoc, SyncRunDoc } from './sync.schema.js';

/** Runs of a sync that its history keeps. */
const KEPT_RUNS = 200;

@Injectable()
export class SyncRunsService {
  constructor(
    @InjectModel('Sync') private readonly syncs: Model<SyncDoc>,
    @InjectModel('SyncRun') private readonly runs: Model<SyncRunDoc>,
    private readonly engine: SyncEngine,
  ) {}

  /**
   * @param options.dueAt the time of the schedule that the run is for; each time is run once
   * @throws SYNC_RUNNING: one run of a sync at a time
   */
  async start(sync: SyncDoc, startedBy: string, options: { reset?: boolean; dueAt?: Date } = {}): Promise<SyncRun> {
    const run: SyncRunDoc = {
      _id: newId(),
      projectId: sync.projectId,
      syncId: sync._id,
      sync: sync.name,
      open: sync._id,
      ...(options.dueAt && { due: `${sync._id} ${options.dueAt.toISOString()}` }),
      reset: options.reset ?? false,
      state: 'waiting',
      mode: sync.mode,
      way: null,
      startedBy,
      askedAt: new Date(),
      startedAt: null,
      finishedAt: null,
      rows: 0,
      bytes: 0,
      attempt: 0,
      error: null,
      schemaChange: null,
      log: [],
    };
    try {
      await this.runs.create(run);
    } catch (error) {
      if (isDuplicate(error)) throw new AppError('SYNC_RUNNING', { sync: sync.title }, { cause: error });
      throw error;
    }
    await this.syncs.updateOne({ _id: sync._id }, { $set: { lastRunId: run._id } });
    await this.engine.wake(run);
    await this.forgetOld(sync);
    return toSyncRun(run);
  }

  /** The latest first. */
  async list({ _id }: SyncDoc, page: { limit: number; offset: number }): Promise<SyncRun[]> {
    const runs = await this.runs
      .find({ syncId: _id }, { log: 0 })
      .sort({ askedAt: -1 })
      .skip(page.offset)
      .limit(page.limit)
      .lean();
    return runs.map(toSyncRun);
  }

  async find(projectId: string, id: string): Promise<SyncRunDetail> {
    const run = await this.runs.findOne({ _id: id, projectId }).lean();
    if (!run) throw new AppError('NOT_FOUND', { noun: 'sync run', name: id });
    return { ...toSyncRun(run), log: run.log };
  }

  /**
   * Ends a run where it is. What an incremental run has confirmed stays; a full refresh leaves the dataset as it was.
   * The next run can start when the worker of this one has let go.
   */
  async cancel(projectId: string, id: string): Promise<SyncRunDetail> {
    const end = { $set: { state: 'cancelled' as const, finishedAt: new Date() } };
    const waited = await this.runs.updateOne({ _id: id, projectId, state: 'waiting' }, { ...end, $unset: { open: 1 } });
    const cut = await this.runs.updateOne({ _id: id, projectId, state: 'running' }, end);
    const run = await this.find(projectId, id);
    if (waited.modifiedCount + cut.modifiedCount === 0) throw new AppError('RUN_OVER', { state: run.state });
    await this.engine.leave(id);
    return run;
  }

  private async forgetOld({ _id }: SyncDoc): Promise<void> {
    const old = await this.runs
      .find({ syncId: _id, open: { $exists: false } }, { _id: 1 })
      .sort({ askedAt: -1 })
      .skip(KEPT_RUNS)
      .limit(20)
      .lean();
    if (old.length > 0) await this.runs.deleteMany({ _id: { $in: old.map((run) => run._id) } });
  }
}

export function toSyncRun(doc: Omit<SyncRunDoc, 'log'>): SyncRun {
  const { _id, sync, state, mode, way, startedBy, rows, bytes, attempt, error, schemaChange } = doc;
  return {
    id: _id,
    ...{ sync, state, mode, way, startedBy, rows, bytes, attempt },
    error: error ?? null,
    schemaChange: schemaChange ?? null,
    askedAt: doc.askedAt.toISOString(),
    startedAt: doc.startedAt?.toISOString() ?? null,
    finishedAt: doc.finishedAt?.toISOString() ?? null,
  };
}
