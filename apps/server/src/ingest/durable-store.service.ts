import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { isAppError } from '@pelton/contract';
import { isDataError, type WarehouseClient } from '@pelton/warehouse';
import { PinoLogger } from 'nestjs-pino';
import { CONFIG, type Config } from '../config.js';
import { WarehouseService } from '../infra/warehouse.service.js';
import { GroupCommit, type Line, noRows, type Rows, type Table, TABLES } from './group-commit.js';
import { Spool } from './spool.js';

/** An insert that takes longer counts as not answered; should it end well after all, its rows are there twice and count once. */
const INSERT_MS = 30_000;
const LOOK_AGAIN_MS = 500;
/** Named, because `sender_clock`, from which the warehouse makes other columns, is taken only when it is named. */
const COLUMNS = {
  events: [
    'message_id',
    'type',
    'event',
    'user_id',
    'anonymous_id',
    'timestamp',
    'received_at',
    'properties',
    'context',
    'source',
    'sender_clock',
  ],
  user_traits: ['user_id', 'trait', 'value', 'updated_at', 'change_id'],
  identity_claims: ['identifier', 'user_id', 'first_at', 'last_at', 'said_by'],
  memberships: ['type', 'item_id', 'identifier', 'at', 'change_id'],
  item_properties: ['type', 'item_id', 'property', 'value', 'updated_at', 'change_id'],
  rejects: [
    'reject_id',
    'received_at',
    'sent_at',
    'source',
    'key_id',
    'message_id',
    'code',
    'reason',
    'body',
    'is_whole',
    'replayed_at',
    'updated_at',
  ],
} as const;

const INSERT = {
  async_insert: 0,
  type_json_skip_duplicated_paths: true,
  date_time_input_format: 'best_effort',
} as const;

/**
 * Stores rows so that they are durable when it says so: in the warehouse, or, while that does not answer, in the spool,
 * from where they go on in their order.
 */
@Injectable()
export class DurableStore implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly spool: Spool;
  private readonly commits = new GroupCommit((projectId, rows) => this.store(projectId, rows));
  private readonly ending = new AbortController();
  private isDown = false;
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

  private async store(projectId: string, rows: Rows): Promise<void> {
    if (!this.isDown) {
      try {
        return await this.insert(projectId, rows);
      } catch (error) {
        this.isDown = true;
        this.logger.warn({ reason: reasonOf(error), projectId }, 'ingest.spooling');
      }
    }
    const lines = Object.fromEntries(TABLES.map((table) => [table, rows[table].map(({ line }) => line)]));
    await this.spool.append(Buffer.from(JSON.stringify({ projectId, lines })));
  }

  private async insert(projectId: string, rows: Rows): Promise<void> {
    const { admin } = await this.warehouse.project(projectId);
    // Events come first, so that what they say besides is not stored without them.
    for (const table of TABLES) {
      const lines = rows[table].filter(({ of }) => of?.refused === undefined);
      await this.insertLines(admin, table, lines);
    }
  }

  /** Halves what is refused until the rows are found that the warehouse does not take, so that the others get in. */
  private async insertLines(admin: WarehouseClient, table: Table, lines: Line[]): Promise<void> {
    try {
      await admin.insertLines(
        table,
        lines.map(({ line }) => line),
        { columns: COLUMNS[table], settings: INSERT, signal: AbortSignal.timeout(INSERT_MS) },
      );
    } catch (error) {
      if (!isDataError(error)) throw error;
      const [only] = lines;
      if (lines.length === 1 && only) {
        only.refused = reasonOf(error);
        return;
      }
      const middle = lines.length >> 1;
      await this.insertLines(admin, table, lines.slice(0, middle));
      await this.insertLines(admin, table, lines.slice(middle));
    }
  }

  private async drainForever(): Promise<void> {
    while (!this.ending.signal.aborted) {
      const isDrained = await this.drainOne().catch((error: unknown) => {
        this.logger.warn({ reason: reasonOf(error) }, 'ingest.drain_waits');
        return true;
      });
      if (isDrained) await pause(LOOK_AGAIN_MS, undefined, { signal: this.ending.signal }).catch(() => undefined);
    }
  }

  /** @returns true when nothing waits */
  private async drainOne(): Promise<boolean> {
    if (this.isDown && this.spool.bytes === 0) {
      await this.warehouse.ping();
      this.isDown = false;
    }
    if (this.spool.bytes === 0) return true;
    await this.warehouse.ping(); // before the file is read: it is large and the wait may be long
    const oldest = await this.spool.oldest();
    if (!oldest) return true;
    if (!oldest.isWhole) this.logger.warn({ records: oldest.records.length }, 'ingest.spool_torn');
    for (const [projectId, rows] of byProject(oldest.records)) {
      await this.insert(projectId, rows);
      for (const { refused } of rows.events)
        if (refused !== undefined) this.logger.error({ reason: refused, projectId }, 'ingest.refused_late');
    }
    oldest.taken();
    this.isDown = false;
    this.logger.info({ records: oldest.records.length }, 'ingest.drained');
    return false;
  }
}

interface Spooled {
  projectId: string;
  /** Tables that an older version did not write are missing. */
  lines: Partial<Record<Table, string[]>>;
}

/** What waited, as few large inserts: one for each of what came in a few milliseconds would not catch up with what comes. */
function byProject(records: readonly Buffer[]): Map<string, Rows> {
  const projects = new Map<string, Rows>();
  for (const record of records) {
    const { projectId, lines } = JSON.parse(record.toString('utf8')) as Spooled; // written by store()
    const rows = projects.get(projectId) ?? noRows();
    for (const table of TABLES) for (const line of lines[table] ?? []) rows[table].push({ line });
    projects.set(projectId, rows);
  }
  return projects;
}

function reasonOf(error: unknown): string {
  if (isAppError(error) && 'reason' in error.facts) return String(error.facts.reason);
  return error instanceof Error ? error.message : String(error);
}
