import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import {
  AfterTrigger,
  AlertTrigger,
  AppError,
  EventTrigger,
  type Graph,
  isAppError,
  nameField,
  ScheduleTrigger,
  type StepProblem,
  toJsonSchema,
  type Trigger,
  WebhookTrigger,
} from '@pelton/contract';
import { compileCondition } from '@pelton/sdk';
import type { Model } from 'mongoose';
import type { z } from 'zod';
import { ofTheEvent } from '../events/of-the-event.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { toProblem } from '../pipelines/graph-check.service.js';
import type { PipelineDoc } from '../pipelines/pipeline.schema.js';
import { nextTime } from '../schedules/schedule.js';
import { conditionAt } from '../steps/at-field.js';
import { followCircle } from './follow-circle.js';

/** Finds what is wrong with a trigger before it goes live. */
@Injectable()
export class TriggerCheck {
  constructor(
    @InjectModel('Pipeline') private readonly pipelines: Model<PipelineDoc>,
    private readonly metrics: MetricsService,
  ) {}

  /** @param pipeline its name, where it has one: a circle can only be found then */
  async check(projectId: string, { trigger }: Graph, pipeline?: string): Promise<StepProblem[]> {
    if (!trigger) return [];
    try {
      await this.refuse(projectId, trigger, pipeline);
      return [];
    } catch (error) {
      const named = nameField(error, toJsonSchema(FORMS[trigger.kind]));
      if (!isAppError(named)) throw error;
      const problem = toProblem(named);
      return [{ ...problem, field: problem.field ?? FIELDS[trigger.kind] }];
    }
  }

  /** @throws SCHEDULE_WRONG, NOT_FOUND, PARAM_INVALID, TRIGGER_CIRCLE */
  private async refuse(projectId: string, trigger: Trigger, pipeline: string | undefined): Promise<void> {
    switch (trigger.kind) {
      case 'schedule':
        nextTime(trigger, new Date());
        return;
      case 'event':
        if (trigger.condition) {
          const { condition } = trigger;
          conditionAt('condition', () => compileCondition(condition, ofTheEvent, ANYWHEN));
        }
        return;
      case 'webhook':
        return refuseRepeated(trigger.columns.map(({ name }) => name));
      case 'after':
        return this.refuseCircle(projectId, trigger, pipeline);
      case 'alert': {
        nextTime(trigger.look, new Date());
        const { shape, title } = await this.metrics.find(projectId, trigger.metric);
        if (shape.type === 'retention')
          throw new AppError('PARAM_INVALID', {
            field: 'metric',
            reason: `${title} is a table of cohorts. Choose a metric with one value for each period`,
          });
      }
    }
  }

  private async refuseCircle(
    projectId: string,
    trigger: Extract<Trigger, { kind: 'after' }>,
    pipeline: string | undefined,
  ): Promise<void> {
    const all = await this.pipelines.find({ projectId }, { name: 1, title: 1, trigger: 1 }).lean();
    if (!all.some(({ name }) => name === trigger.pipeline))
      throw new AppError('NOT_FOUND', { noun: 'pipeline', name: trigger.pipeline });
    const circle = followCircle(
      all.map(({ name, trigger: live }) => ({ name, trigger: name === pipeline ? trigger : live?.trigger })),
    );
    if (!circle || !pipeline || !circle.includes(pipeline)) return;
    const titleOf = (name: string) => all.find((other) => other.name === name)?.title ?? name;
    throw new AppError('TRIGGER_CIRCLE', { pipelines: circle.map(titleOf) });
  }
}

/** Whether a condition can be compiled does not depend on when and where. */
const ANYWHEN = { asOf: '2026-01-01T00:00:00Z', timezone: 'UTC' };

const FORMS = {
  schedule: ScheduleTrigger,
  event: EventTrigger,
  webhook: WebhookTrigger,
  after: AfterTrigger,
  alert: AlertTrigger,
} as const satisfies Record<Trigger['kind'], z.ZodType>;

/** The field at which is told what names none. */
const FIELDS = {
  schedule: 'cron',
  event: 'condition',
  webhook: 'columns',
  after: 'pipeline',
  alert: 'metric',
} as const satisfies Record<Trigger['kind'], string>;

/** Names of columns that are taken: the row as it came, and what two columns may not share. */
function refuseRepeated(names: readonly string[]): void {
  const twice = names.find((name, index) => name === 'body' || names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new AppError('PARAM_INVALID', {
      field: 'columns',
      reason: twice === 'body' ? 'body is the whole row. Call the column otherwise' : `two are called ${twice}`,
    });
}
