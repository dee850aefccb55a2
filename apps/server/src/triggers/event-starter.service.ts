import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type EventTrigger, RunSettings } from '@pelton/contract';
import { identifier, sql } from '@pelton/sdk';
import { refreshIdentities } from '@pelton/warehouse';
import type { Model } from 'mongoose';
import { newId } from '../common/ids.js';
import { WarehouseService } from '../infra/warehouse.service.js';
import type { PipelineDoc } from '../pipelines/pipeline.schema.js';
import { ProjectsService } from '../projects/projects.service.js';
import { RunTurns } from '../runs/run-turns.service.js';
import { batchQuery, entriesOf, type EventSpan, hasNewQuery } from './event.queries.js';
import { rowsOf } from './trigger-rows.js';
import type { EventBatch } from './trigger-state.js';
import { type Triggered, TriggeredRuns } from './triggered-runs.service.js';

/** An event may be stored so much later than it was received, when the warehouse did not answer meanwhile. */
const LATE_MS = 24 * 60 * 60_000;

/**
 * Starts a pipeline over the events that arrived. A batch is a table that is named in the pipeline's document by one write,
 * which only the first of those who look at the same time can make. What follows bears being done again: its messages are
 * noted, so that no other batch takes them, and the run of the batch is started, whose id is known.
 */
@Injectable()
export class EventStarter {
  constructor(
    @InjectModel('Pipeline') private readonly pipelines: Model<PipelineDoc>,
    private readonly warehouse: WarehouseService,
    private readonly projects: ProjectsService,
    private readonly turns: RunTurns,
    private readonly runs: TriggeredRuns,
  ) {}

  async look(pipeline: Triggered, trigger: EventTrigger, now: Date): Promise<void> {
    const { _id } = pipeline;
    const isMine = await this.pipelines.updateOne(
      { _id, 'trigger.nextAt': pipeline.trigger?.nextAt },
      { $set: { 'trigger.nextAt': new Date(now.getTime() + trigger.everySeconds * 1000) } },
    );
    if (isMine.modifiedCount === 0) return;
    const batch = pipeline.trigger?.event?.batch ?? (await this.take(pipeline, trigger, now));
    if (batch) await this.finish(pipeline, trigger, batch);
  }

  /** @returns the batch that is named now; undefined when nothing arrived, or others are to go first */
  private async take(pipeline: Triggered, trigger: EventTrigger, now: Date): Promise<EventBatch | undefined> {
    const { _id, projectId, trigger: state } = pipeline;
    if (!state?.event || (await this.waitsForRuns(pipeline))) return undefined;
    const project = await this.warehouse.project(projectId);
    await refreshIdentities(project);
    const from = new Date(Math.max(state.armedAt.getTime(), state.event.takenTo.getTime() - LATE_MS));
    const span: EventSpan = {
      database: project.database,
      pipeline: _id,
      from: from.toISOString(),
      to: now.toISOString(),
      timezone: (await this.projects.find(projectId)).timezone,
    };
    const { some } = await project.admin.row<{ some: number }>(hasNewQuery(trigger, span));
    if (!some) {
      await this.moveOn(pipeline, now);
      return undefined;
    }
    const batch: EventBatch = { runId: newId(), takenTo: now };
    const table = identifier(tableOf(batch));
    await project.admin.run(
      sql`CREATE TABLE ${table} ENGINE = MergeTree ORDER BY tuple() AS ${batchQuery(trigger, span)}`,
    );
    const named = await this.pipelines.updateOne(
      { _id, 'trigger.event.takenTo': state.event.takenTo, 'trigger.event.batch': { $exists: false } },
      { $set: { 'trigger.event.batch': batch } },
    );
    if (named.modifiedCount > 0) return batch;
    await project.admin.run(sql`DROP TABLE IF EXISTS ${table} SYNC`);
    return undefined;
  }

  private async finish(pipeline: Triggered, trigger: EventTrigger, batch: EventBatch): Promise<void> {
    const { _id, projectId } = pipeline;
    const { runId } = batch;
    const { admin, database } = await this.warehouse.project(projectId);
    const table = identifier(database, tableOf(batch));
    await admin.run(entriesOf(table, { pipeline: _id, runId }));
    const { entered } = await admin.row<{ entered: number }>(sql`SELECT countIf(entered = 1) AS entered FROM ${table}`);
    if (entered > 0) {
      const rows = rowsOf(trigger, table, sql`entered = 1`);
      // The events are seen by all that the run looks at.
      const asOf = new Date(batch.takenTo.getTime() + 1);
      await this.runs.start(pipeline, { id: runId, cause: { kind: 'event', by: trigger.event }, rows, asOf });
      await this.runs.note(pipeline, { error: null, lastAt: new Date() });
    } else await admin.run(sql`DROP TABLE IF EXISTS ${table} SYNC`);
    await this.pipelines.updateOne(
      { _id, 'trigger.event.batch.runId': runId },
      { $set: { 'trigger.event.takenTo': batch.takenTo }, $unset: { 'trigger.event.batch': 1 } },
    );
  }

  /** While as many runs as allowed are not over, events wait, and come in the next batch together. */
  private async waitsForRuns({ projectId, name, live }: Triggered): Promise<boolean> {
    const { atOnce, whenBusy } = live?.graph.settings ?? RunSettings.parse({});
    return whenBusy !== 'replace' && (await this.turns.isBusy(projectId, name, atOnce));
  }

  private async moveOn({ _id, trigger }: Triggered, takenTo: Date): Promise<void> {
    await this.pipelines.updateOne(
      { _id, 'trigger.event.takenTo': trigger?.event?.takenTo, 'trigger.event.batch': { $exists: false } },
      { $set: { 'trigger.event.takenTo': takenTo } },
    );
  }
}

/** Named like the tables of its run, so that it goes with them. */
function tableOf({ runId }: EventBatch): string {
  return `stage_${runId}_trigger`;
}
