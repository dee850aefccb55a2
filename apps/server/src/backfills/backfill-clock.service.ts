import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Clock } from '../common/clock.js';
import { BackfillRunner } from './backfill-runner.service.js';

const EVERY_MS = 1_000;

/** Looks at the running back-fills every second. Any number of processes may do so at once. */
@Injectable()
export class BackfillClock implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly clock: Clock;

  constructor(runner: BackfillRunner, logger: PinoLogger) {
    this.clock = new Clock({
      everyMs: EVERY_MS,
      work: (now) => runner.look(now),
      failed: (error) => logger.warn({ err: error }, 'backfill.clock-failed'),
    });
  }

  onApplicationBootstrap(): void {
    this.clock.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.clock.stop();
  }
}
