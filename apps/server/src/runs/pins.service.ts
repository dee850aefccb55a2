import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import {
  AppError,
  type Graph,
  MOST_PINNED_ROWS,
  type PinInput,
  type PinnedRows,
  type PinSummary,
  type StepPin,
} from '@pelton/contract';
import { emptyRelation } from '@pelton/warehouse';
import type { Model } from 'mongoose';
import type { Actor } from '../common/allow.js';
import { newId } from '../common/ids.js';
import { WarehouseService } from '../infra/warehouse.service.js';
import { PipelinesService } from '../pipelines/pipelines.service.js';
import { RunRows } from './run-rows.service.js';
import { StepsService } from '../steps/steps.service.js';
import type { PinDoc } from './pin.schema.js';

const MOST_BYTES = 4_000_000;

/** Pins of the steps of drafts: rows that a draft run takes instead of running the step. A published run never looks here. */
@Injectable()
export class PinsService {
  constructor(
    @InjectModel('Pin') private readonly pins: Model<PinDoc>,
    private readonly pipelines: PipelinesService,
    private readonly rows: RunRows,
    private readonly steps: StepsService,
    private readonly warehouse: WarehouseService,
  ) {}

  /** @throws NOT_FOUND */
  async list(projectId: string, pipeline: string): Promise<PinSummary[]> {
    const { draft } = await this.pipelines.find(projectId, pipeline);
    const ids = draft.steps.map(({ id }) => id);
    const found = await this.pins.find({ projectId, pipeline, step: { $in: ids } }).lean();
    return found.map(toSummary);
  }

  /** @throws NOT_FOUND */
  async find(projectId: string, pipeline: string, step: string): Promise<StepPin> {
    const pin = await this.pins.findOne({ projectId, pipeline, step }).sort({ pinnedAt: -1 }).lean();
    if (!pin) throw new AppError('NOT_FOUND', { noun: 'pin', name: step });
    return toPin(pin);
  }

  /** @throws NOT_FOUND, PIN_NOT_HERE, PIN_TOO_LARGE, RUN_ROWS_GONE */
  async set(actor: Actor, pipeline: string, step: string, input: PinInput): Promise<StepPin> {
    const { draft } = await this.pipelines.find(actor.projectId, pipeline);
    this.refuseStore(draft, step);
    const outputs =
      'run' in input
        ? await this.rows.firstRows(actor.projectId, input.run, step, MOST_PINNED_ROWS)
        : await this.written(actor.projectId, input.outputs);
    if (JSON.stringify(outputs).length > MOST_BYTES)
      throw new AppError('PIN_TOO_LARGE', { megabytes: MOST_BYTES / 1e6 });
    const { projectId, name } = actor;
    const pin: PinDoc = { _id: newId(), projectId, pipeline, step, outputs, pinnedAt: new Date(), pinnedBy: name };
    await this.pins.create(pin);
    await this.pins.deleteMany({ projectId, pipeline, step, _id: { $ne: pin._id } });
    return toPin(pin);
  }

  async remove(projectId: string, pipeline: string, step: string): Promise<void> {
    await this.pins.deleteMany({ projectId, pipeline, step });
  }

  /** Which steps of a draft are pinned, each with the pin that a run of now takes. */
  async ofDraft(projectId: string, pipeline: string, graph: Graph): Promise<Map<string, string>> {
    const ids = graph.steps.map(({ id }) => id);
    const found = await this.pins
      .find({ projectId, pipeline, step: { $in: ids } }, { outputs: 0 })
      .sort({ pinnedAt: 1 })
      .lean();
    return new Map(found.map(({ step, _id }) => [step, _id]));
  }

  /** Rows that somebody wrote, with the types as the warehouse knows them. @throws PARAM_INVALID, SQL_FAILED */
  private async written(projectId: string, outputs: Record<string, PinnedRows>): Promise<Record<string, PinnedRows>> {
    refuseUneven(outputs);
    const { admin } = await this.warehouse.project(projectId);
    const typed = Object.entries(outputs).map(async ([port, { columns, rows }]) => {
      return [port, { columns: await admin.columns(emptyRelation(columns)), rows }] as const;
    });
    return Object.fromEntries(await Promise.all(typed));
  }

  /** What stores has to run, because definitions read what it would store. */
  private refuseStore({ steps }: Graph, id: string): void {
    const step = steps.find((each) => each.id === id);
    if (!step) throw new AppError('NOT_FOUND', { noun: 'step', name: id });
    if (this.steps.roleOf(step.uses) === 'store') throw new AppError('PIN_NOT_HERE', { step: step.title ?? id });
  }
}

function refuseUneven(outputs: Record<string, PinnedRows>): void {
  for (const [port, { columns, rows }] of Object.entries(outputs)) {
    const at = rows.findIndex((row) => row.length !== columns.length);
    if (at >= 0)
      throw new AppError('PARAM_INVALID', {
        field: port,
        reason: `row ${at + 1} has ${rows[at]?.length ?? 0} values, and there are ${columns.length} columns`,
      });
  }
}

function toPin({ step, outputs, pinnedAt, pinnedBy }: PinDoc): StepPin {
  return { step, outputs, pinnedAt: pinnedAt.toISOString(), pinnedBy };
}

function toSummary(pin: PinDoc): PinSummary {
  const { outputs, ...rest } = toPin(pin);
  return { ...rest, rows: Object.fromEntries(Object.entries(outputs).map(([port, { rows }]) => [port, rows.length])) };
}
