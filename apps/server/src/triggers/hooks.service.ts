import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, type HookAnswer, type WebhookTrigger } from '@pelton/contract';
import { identifier, sql } from '@pelton/sdk';
import type { Model } from 'mongoose';
import { hashToken } from '../common/ids.js';
import { WarehouseService } from '../infra/warehouse.service.js';
import { RateLimit } from '../ingest/rate-limit.js';
import type { PipelineDoc } from '../pipelines/pipeline.schema.js';
import { readHookBody } from './read-hook-body.js';
import { declared, rowsOf, triggerColumns } from './trigger-rows.js';
import { type Triggered, TriggeredRuns } from './triggered-runs.service.js';

/** Calls of one address a second, for good; a burst may be twice that. Many rows belong into one call. */
const CALLS_PER_SECOND = 10;

/** Starts pipelines with what is posted to their secret addresses. */
@Injectable()
export class HooksService {
  private readonly limit = new RateLimit(CALLS_PER_SECOND);

  constructor(
    @InjectModel('Pipeline') private readonly pipelines: Model<PipelineDoc>,
    private readonly warehouse: WarehouseService,
    private readonly runs: TriggeredRuns,
  ) {}

  /**
   * The rows and the run are durable when it resolves.
   * @param runId of the run that the call starts: a second one with the same id starts none
   * @throws HOOK_UNKNOWN, HOOK_NOT_LIVE, TOO_MANY_CALLS, BAD_INPUT
   */
  async take(token: string, body: unknown, runId: string): Promise<HookAnswer> {
    const pipeline = await this.pipelines.findOne({ 'hook.hash': hashToken(token) }).lean();
    if (!pipeline) throw new AppError('HOOK_UNKNOWN', {});
    const seconds = this.limit.take(pipeline._id, 1, Date.now());
    if (seconds > 0) throw new AppError('TOO_MANY_CALLS', { seconds });
    const trigger = pipeline.trigger?.trigger;
    if (trigger?.kind !== 'webhook' || pipeline.trigger?.isPaused)
      throw new AppError('HOOK_NOT_LIVE', { pipeline: pipeline.title });
    const rows = readHookBody(body, trigger);
    const relation = await this.keep(pipeline, trigger, runId, rows);
    const run = await this.runs.start(pipeline, { id: runId, cause: { kind: 'webhook' }, rows: relation });
    await this.runs.note(pipeline, { error: null, lastAt: new Date() });
    return { run: run.id, state: run.state, rows: rows.length };
  }

  private async keep(pipeline: Triggered, trigger: WebhookTrigger, runId: string, rows: object[]) {
    const { admin, database } = await this.warehouse.project(pipeline.projectId);
    const table = `stage_${runId}_trigger`;
    const columns = declared(triggerColumns(trigger));
    await admin.run(
      sql`CREATE TABLE IF NOT EXISTS ${identifier(table)} (${columns}) ENGINE = MergeTree ORDER BY tuple() SETTINGS non_replicated_deduplication_window = 100`,
    );
    await admin.insert(table, rows, { settings: { insert_deduplication_token: runId } });
    return rowsOf(trigger, identifier(database, table));
  }
}
