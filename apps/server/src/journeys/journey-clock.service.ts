import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { PinoLogger } from 'nestjs-pino';
import { DecisionsService } from '../approvals/decisions.service.js';
import { Clock } from '../common/clock.js';
import { WarehouseService } from '../infra/warehouse.service.js';
import { JourneyTurns } from './journey-turns.service.js';
import type { JourneyDoc } from './journey.schema.js';
import { Releaser } from './releaser.service.js';
import { dropDayQuery, pastDaysQuery, waitingAnyQuery } from './waiting.queries.js';

const EVERY_MS = 5_000;
const TIDY_EVERY_MS = 3_600_000;
/** Days of which nobody waits any more are kept this long. */
const KEPT_DAYS = 2;
const DAY_MS = 86_400_000;

/** Looks every few seconds who waits no more. Any number of processes may do so at once. */
@Injectable()
export class JourneyClock implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly clock: Clock;
  private tidiedAt = Date.now();

  constructor(
    @InjectModel('Journey') private readonly journeys: Model<JourneyDoc>,
    private readonly warehouse: WarehouseService,
    private readonly turns: JourneyTurns,
    private readonly releaser: Releaser,
    private readonly decisions: DecisionsService,
    private readonly logger: PinoLogger,
  ) {
    this.clock = new Clock({
      everyMs: EVERY_MS,
      work: (now) => this.look(now),
      failed: (error) => logger.warn({ err: error }, 'journey.clock-failed'),
    });
  }

  onApplicationBootstrap(): void {
    this.clock.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.clock.stop();
  }

  /** Lets go on who may at an instant. A tick waits for the one before it. */
  tick(now: Date): Promise<void> {
    return this.clock.tick(now);
  }

  private async look(now: Date): Promise<void> {
    await this.turns.tryTurn(async (turn) => {
      await this.releaser.endBegun(now);
      await this.decisions.carryOut(now, turn);
      for (const { _id, held } of await this.journeys.find().lean()) {
        if (!(await turn.isMine())) return;
        await this.releaser
          .release(_id, held, now, turn)
          .catch((error: unknown) => this.logger.warn({ err: error, projectId: _id }, 'journey.not-released'));
      }
      if (Date.now() - this.tidiedAt > TIDY_EVERY_MS) await this.tidy(now);
    });
  }

  /** Drops days that are over, and looks no more into projects where nobody waits. */
  private async tidy(now: Date): Promise<void> {
    this.tidiedAt = Date.now();
    const before = new Date(now.getTime() - KEPT_DAYS * DAY_MS);
    for (const { _id, enteredAt, held } of await this.journeys.find().lean()) {
      const { admin, database } = await this.warehouse.project(_id);
      const days = await admin.rows<{ day: number }>(pastDaysQuery(database, before.toISOString()));
      for (const { day } of days) await admin.run(dropDayQuery(database, day));
      const { isAny } = await admin.row<{ isAny: number }>(waitingAnyQuery(database));
      const isIdle = isAny === 0 && held.length === 0 && enteredAt < before;
      if (isIdle) await this.journeys.deleteOne({ _id, enteredAt });
    }
  }
}
