import { InjectQueue } from '@nestjs/bullmq';
import { Controller, Get, Inject, type OnModuleDestroy, Res } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Health, isAppError, type ServiceHealth } from '@pelton/contract';
import type { Queue } from 'bullmq';
import type { Response } from 'express';
import type { Connection } from 'mongoose';
import { Answers, Public } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { CONFIG, type Config } from '../config.js';
import { WarehouseService } from '../infra/warehouse.service.js';
import { diskHealth } from './disk-health.js';

const MOST_MS = 3_000;

@ApiTags('health')
@Controller()
export class HealthController implements OnModuleDestroy {
  private isEnding = false;

  constructor(
    @InjectConnection() private readonly documents: Connection,
    @InjectQueue('steps') private readonly queue: Queue,
    private readonly warehouse: WarehouseService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleDestroy(): void {
    this.isEnding = true;
  }

  /**
   * 200 when every service answers and the disk is not full, else 503; which one and why is in the answer. 503 also once
   * the process is to end.
   */
  @Get('healthz')
  @Public()
  @Answers(Health)
  async health(@Res({ passthrough: true }) response: Response): Promise<Health> {
    const [documents, queue, warehouse, disk] = await Promise.all([
      measure(() => this.documents.db?.command({ ping: 1 }) ?? Promise.reject(new Error('not connected'))),
      measure(() => this.queue.getJobCounts('waiting')),
      measure(() => this.warehouse.ping()),
      diskHealth(this.config.dataDir),
    ]);
    const services = { documents, queue, warehouse, disk };
    const ok = !this.isEnding && Object.values(services).every((service) => service.ok);
    response.status(ok ? 200 : 503);
    return { ok, version: '0.1.0', services };
  }
}

async function measure(ask: () => Promise<unknown>): Promise<ServiceHealth> {
  const started = performance.now();
  try {
    await Promise.race([ask(), rejectLate()]);
    return { ok: true, ms: Math.round(performance.now() - started) };
  } catch (error) {
    // An unexpected error may name hosts or users; only our own words go out.
    return {
      ok: false,
      ms: Math.round(performance.now() - started),
      error: isAppError(error) ? error.message : 'it does not answer',
    };
  }
}

function rejectLate(): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error('late')), MOST_MS).unref();
  });
}
