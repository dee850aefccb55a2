import { Processor, WorkerHost } from '@nestjs/bullmq';
import type { OnApplicationBootstrap } from '@nestjs/common';
import type { Job } from 'bullmq';
import { SyncEngine, type SyncJob } from './sync-engine.service.js';

/** Syncs that one process runs at once; each holds some ten thousand rows in memory. */
const CONCURRENCY = 3;

/** Jobs may lie in the queue when the process starts; none is begun before plugins have brought their connectors. */
@Processor('syncs', { concurrency: CONCURRENCY, autorun: false })
export class SyncsProcessor extends WorkerHost implements OnApplicationBootstrap {
  constructor(private readonly engine: SyncEngine) {
    super();
  }

  onApplicationBootstrap(): void {
    this.worker.run().catch((error: Error) => this.worker.emit('error', error));
  }

  async process(job: Job<SyncJob>): Promise<void> {
    await this.engine.work(job.data);
  }
}
