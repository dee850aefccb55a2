import { Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { RunEngine, type StepJob } from './run-engine.service.js';

/** Steps that one process runs at once; their work is the warehouse's. */
const CONCURRENCY = 4;

@Processor('steps', { concurrency: CONCURRENCY })
export class StepsProcessor extends WorkerHost {
  constructor(private readonly engine: RunEngine) {
    super();
  }

  async process(job: Job<StepJob>): Promise<void> {
    await this.engine.work(job.data);
  }
}
