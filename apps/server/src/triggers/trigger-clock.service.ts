import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { PinoLogger } from 'nestjs-pino';
import { Clock } from '../common/clock.js';
import type { PipelineDoc } from '../pipelines/pipeline.schema.js';
import { RunEngine } from '../runs/run-engine.service.js';
import { RunTurns } from '../runs/run-turns.service.js';
import { AlertStarter } from './alert-starter.service.js';
import { EventStarter } from './event-starter.service.js';
import { FollowStarter } from './follow-starter.service.js';
import { ScheduleStarter } from './schedule-starter.service.js';
import type { Triggered } from './triggered-runs.service.js';

const EVERY_MS = 1_000;

/**
 * Starts what is due, and lets queued runs go on that nobody let go on when others ended. Any number of processes may do so
 * at once.
 */
@Injectable()
export class TriggerClock implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly clock: Clock;

  constructor(
    @InjectModel('Pipeline') private readonly pipelines: Model<PipelineDoc>,
    private readonly schedules: ScheduleStarter,
    private readonly events: EventStarter,
    private readonly alerts: AlertStarter,
    private readonly follows: FollowStarter,
    private readonly turns: RunTurns,
    private readonly engine: RunEngine,
    private readonly logger: PinoLogger,
  ) {
    this.clock = new Clock({
      everyMs: EVERY_MS,
      work: (now) => this.look(now),
      failed: (error) => logger.warn({ err: error }, 'trigger.clock-failed'),
    });
  }

  onApplicationBootstrap(): void {
    this.clock.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.clock.stop();
  }

  async look(now: Date): Promise<void> {
    const due = await this.pipelines.find({ 'trigger.isPaused': false, 'trigger.nextAt': { $lte: now } }).lean();
    for (const pipeline of due)
      await this.start(pipeline, now).catch((error: unknown) =>
        this.logger.warn({ err: error, pipeline: pipeline.name }, 'trigger.not-started'),
      );
    await this.follows.tellEnds();
    for (const waiting of await this.turns.waiting()) await this.engine.giveTurns(waiting);
  }

  private async start(pipeline: Triggered, now: Date): Promise<void> {
    const trigger = pipeline.trigger?.trigger;
    switch (trigger?.kind) {
      case 'schedule':
        return this.schedules.startDue(pipeline, trigger, now);
      case 'event':
        return this.events.look(pipeline, trigger, now);
      case 'alert':
        return this.alerts.look(pipeline, trigger, now);
      case 'webhook':
      case 'after':
      case undefined:
        return;
    }
  }
}
