import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { BackfillRunner } from './backfill-runner.service.js';

const EVERY_MS = 1_000;

/** Looks at the running back-fills every second. Any number of processes may do so at once. */
@Injectable()
export class BackfillClock implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> = Promise.resolve();
  private isAtIt = false;

  constructor(
    private readonly runner: BackfillRunner,
    private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.tick();
    this.timer = setInterval(() => this.tick(), EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.turn;
  }

  /** A turn that takes longer than a second is not followed by those that it held up. */
  private tick(): void {
    if (this.isAtIt) return;
    this.isAtIt = true;
    this.turn = this.runner
      .look(new Date())
      .catch((error: unknown) => this.logger.warn({ err: error }, 'backfill.clock-failed'))
      .finally(() => (this.isAtIt = false));
  }
}
