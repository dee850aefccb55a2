import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { CONFIG, type Config } from '../config.js';
import { WarehouseService } from '../infra/warehouse.service.js';
import { GroupCommit, noRows, type Rows } from './group-commit.js';
import { insertRows, insertSpooled, reasonOf } from './insert-rows.js';
import { lateRejectLine } from './reject-line.js';
import { Spool } from './spool.js';
import { byProject, type SpooledRows, toRecord } from './spooled-rows.js';

/** So long the spool gathers what comes before it goes on to the warehouse. */
const GATHER_MS = 300;

/**
 * Stores rows so that they are durable when it says so: in the warehouse, or, while that does not answer or does not keep
 * up, in the spool, from where they go on in their order.
 */
@Injectable()
export class DurableStore implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly spool: Spool;
  private readonly commits = new GroupCommit((projectId, rows, isBehind) => this.store(projectId, rows, isBehind));
  private readonly ending = new AbortController();
  /** Until the spool is empty, what comes goes there too, behind what waits: all of it, or that of some projects. */
  private isDown = false;
  private readonly behind = new Set<string>();
  private draining: Promise<void> = Promise.resolve();

  constructor(
    private readonly warehouse: WarehouseService,
    private readonly logger: PinoLogger,
    @Inject(CONFIG) config: Config,
  ) {
    this.spool = new Spool(join(config.dataDir, 'spool'), config.spoolMb * 1024 * 1024, String(config.port));
  }

  get waitingRows(): number {
    return this.commits.waitingRows;
  }

  /** Marks the lines that the warehouse refuses. @throws SERVICE_DOWN when neither warehouse nor spool takes them */
  add(projectId: string, rows: Rows): Promise<void> {
    return this.commits.add(projectId, rows);
  }

  onApplicationBootstrap(): void {
    this.draining = this.drainForever();
  }

  async onApplicationShutdown(): Promise<void> {
    this.ending.abort();
    await this.draining;
    await this.spool.close();
  }

  private async store(projectId: string, rows: Rows, isBehind: boolean): Promise<void> {
    if (isBehind && !this.behind.has(projectId)) {
      this.behind.add(projectId);
      this.logger.info({ projectId }, 'ingest.behind');
    }
    if (!this.isDown && !this.behind.has(projectId)) {
      try {
        const { admin } = await this.warehouse.project(projectId);
        return await insertRows(admin, rows);
      } catch (error) {
        this.isDown = true;
        this.logger.warn({ reason: reasonOf(error), projectId }, 'ingest.spooling');
      }
    }
    await this.spool.append(toRecord(projectId, rows));
  }

  private async drainForever(): Promise<void> {
    while (!this.ending.signal.aborted) {
      await this.drain().catch((error: unknown) => {
        this.logger.warn({ reason: reasonOf(error) }, 'ingest.drain_waits');
      });
      await pause(GATHER_MS, undefined, { signal: this.ending.signal }).catch(() => undefined);
    }
  }

  /** Stores what the spool holds now, a file at a time. */
  private async drain(): Promise<void> {
    if (!this.isDown && this.behind.size === 0 && this.spool.bytes === 0) return;
    await this.warehouse.ping(); // before a file is read: it is large and the wait may be long
    for (const file of await this.spool.complete()) {
      if (this.ending.signal.aborted) return;
      const { records, isWhole } = await file.read();
      if (!isWhole) this.logger.warn({ records: records.length }, 'ingest.spool_torn');
      for (const [projectId, rows] of byProject(records)) await this.insertLate(projectId, rows);
      file.remove();
    }
    if (this.spool.bytes > 0) return;
    this.logger.info('ingest.drained');
    this.isDown = false;
    this.behind.clear();
  }

  /** Nobody waits for an answer any more, so what the warehouse refuses becomes rejects. */
  private async insertLate(projectId: string, rows: SpooledRows): Promise<void> {
    const { admin } = await this.warehouse.project(projectId);
    const refused = await insertSpooled(admin, rows);
    const rejects = refused.map(({ line, refused: reason = '' }) => ({ line: lateRejectLine(line, reason) }));
    if (rejects.length > 0) await insertRows(admin, { ...noRows(), rejects });
  }
}
