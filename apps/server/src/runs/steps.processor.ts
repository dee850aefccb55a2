import { Processor, WorkerHost } from '@nestjs/bullmq';
import type { OnApplicationBootstrap } from '@nestjs/common';
import type { Job } from 'bullmq';
import { RunEngine } from './run-engine.service.js';
import type { StepJob } from './step-queue.service.js';

/** Steps that one process runs at once; their work is the warehouse's. */
const CONCURRENCY = 4;

/** Jobs may lie in the queue when the process starts; none is begun before plugins have brought their kinds of steps. */
@Processor('steps', { concurrency: CONCURRENCY, autorun: false })
export class StepsProcessor extends WorkerHost implements OnApplicationBootstrap {
  constructor(private readonly engine: RunEngine) {
    super();
  }

  onApplicationBootstrap(): void {
    this.worker.run().catch((error: Error) => this.worker.emit('error', error));
  }

  async process(job: Job<StepJob>): Promise<void> {
    await this.engine.work(job.data);
  }
}
