import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { CONFIG, type Config } from '../config.js';
import { LeaseWatch } from './lease-watch.js';
import { RunEngine } from './run-engine.service.js';
import { RunStore } from './run-store.service.js';
import { isGone } from './worker-id.js';

const MOST_MS = 5_000;

/** Finds what the truth says is unfinished and nobody is at: steps whose worker died or fell silent, and ready steps whose job was lost. */
@Injectable()
export class Reconciler implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> = Promise.resolve();
  private readonly watch: LeaseWatch;
  private readonly everyMs: number;

  constructor(
    @Inject(CONFIG) { leaseSeconds }: Config,
    private readonly store: RunStore,
    private readonly engine: RunEngine,
    private readonly logger: PinoLogger,
  ) {
    this.watch = new LeaseWatch(leaseSeconds * 1000);
    this.everyMs = Math.min(MOST_MS, (leaseSeconds * 1000) / 3);
  }

  onApplicationBootstrap(): void {
    this.start();
    this.timer = setInterval(() => this.start(), this.everyMs);
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
