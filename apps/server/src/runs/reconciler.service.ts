import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { PinoLogger } from 'nestjs-pino';
import { RunEngine } from './run-engine.service.js';
import type { RunDoc } from './run.schema.js';
import { isGone } from './worker-id.js';

const EVERY_MS = 5_000;

/** Finds what the truth says is unfinished and nobody is at: steps whose worker died, and ready steps whose job was lost. */
@Injectable()
export class Reconciler implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> = Promise.resolve();

  constructor(
    @InjectModel('Run') private readonly runs: Model<RunDoc>,
    private readonly engine: RunEngine,
    private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.start();
    this.timer = setInterval(() => this.start(), EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.turn;
  }

  private start(): void {
    this.turn = this.turn
      .then(() => this.reconcile())
      .catch((error: unknown) => this.logger.warn({ err: error }, 'reconcile.failed'));
  }

  private async reconcile(): Promise<void> {
    const running = await this.runs.find({ state: 'running' }, { steps: 1 }).lean();
    for (const run of running) {
      for (const step of run.steps) {
        const isAbandoned =
          step.state === 'running' &&
          ((step.leaseUntil?.getTime() ?? 0) < Date.now() || (step.worker !== undefined && isGone(step.worker)));
        if (!isAbandoned) continue;
        this.logger.warn({ runId: run._id, stepId: step.id, attempt: step.attempt }, 'step.abandoned');
        await this.runs.updateOne(
          { _id: run._id, steps: { $elemMatch: { id: step.id, state: 'running', attempt: step.attempt } } },
          { $set: { 'steps.$.state': 'waiting' }, $inc: { revision: 1 } },
        );
      }
      await this.engine.advance(run._id);
    }
  }
}
