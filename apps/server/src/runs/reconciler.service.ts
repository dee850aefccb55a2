import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Clock } from '../common/clock.js';
import { CONFIG, type Config } from '../config.js';
import { LeaseWatch } from './lease-watch.js';
import { RunEngine } from './run-engine.service.js';
import { RunStore } from './run-store.service.js';
import { isGone } from './worker-id.js';

const MOST_MS = 5_000;

/** Finds what the truth says is unfinished and nobody is at: steps whose worker died or fell silent, and ready steps whose job was lost. */
@Injectable()
export class Reconciler implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly clock: Clock;
  private readonly watch: LeaseWatch;

  constructor(
    @Inject(CONFIG) { leaseSeconds }: Config,
    private readonly store: RunStore,
    private readonly engine: RunEngine,
    logger: PinoLogger,
  ) {
    this.watch = new LeaseWatch(leaseSeconds * 1000);
    this.clock = new Clock({
      everyMs: Math.min(MOST_MS, (leaseSeconds * 1000) / 3),
      work: () => this.reconcile(),
      failed: (error) => logger.warn({ err: error }, 'reconcile.failed'),
    });
  }

  onApplicationBootstrap(): void {
    this.clock.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.clock.stop();
  }

  private async reconcile(): Promise<void> {
    const runs = await this.store.open();
    const atWork = runs.flatMap(({ _id: runId, steps }) =>
      steps
        .filter((step) => step.state === 'running')
        .map((step) => ({ runId, step, id: `${runId}/${step.id}/${step.attempt}`, beat: step.beat ?? 0 })),
    );
    const silent = new Set(this.watch.look(atWork, performance.now()));
    for (const { id, runId, step } of atWork)
      if (silent.has(id) || (step.worker !== undefined && isGone(step.worker))) await this.engine.takeBack(runId, step);
    for (const { _id } of runs) await this.engine.advance(_id);
  }
}
