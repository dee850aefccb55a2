import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';

/** What wakes a worker up. */
export interface StepJob {
  runId: string;
  stepId: string;
  /** Was there when the process died, more than once. */
  isSuspect?: boolean;
  /** The run's, from 1; jobs with a higher number wait for those with a lower one, and all of them for jobs without. */
  priority?: number | undefined;
}

/** Wakes workers up. A job that is lost or comes twice does no harm: the run document is the truth. */
@Injectable()
export class StepQueue {
  constructor(@InjectQueue('steps') private readonly queue: Queue<StepJob>) {}

  /** @param delay milliseconds until it wakes one up */
  async add(job: StepJob, delay = 0): Promise<void> {
    await this.queue.add('step', job, { ...optionsOf(job), ...(delay && { delay }) });
  }

  /**
   * For who cannot know whether a job for this is waiting: one such job is enough, however often and by whomever it is
   * added, or those who look again and again would fill a queue that is slow.
   * @param attempts how many were made at the step. A worker that dies keeps its job for a while, so the next attempt has another.
   */
  async addAgain(job: StepJob, attempts: number): Promise<void> {
    await this.queue.add('step', job, { ...optionsOf(job), jobId: `${job.runId}/${job.stepId}/${attempts}` });
  }
}

function optionsOf({ priority }: StepJob) {
  return { removeOnComplete: true, removeOnFail: true, ...(priority && { priority }) };
}
