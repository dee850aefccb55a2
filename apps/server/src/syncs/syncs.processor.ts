import { Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { SyncEngine, type SyncJob } from './sync-engine.service.js';

/** Syncs that one process runs at once; each holds some ten thousand rows in memory. */
const CONCURRENCY = 3;

@Processor('syncs', { concurrency: CONCURRENCY })
export class SyncsProcessor extends WorkerHost {
  constructor(private readonly engine: SyncEngine) {
    super();
  }

  async process(job: Job<SyncJob>): Promise<void> {
    await this.engine.work(job.data);
  }
}
