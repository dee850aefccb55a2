import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AppError, refusedParam, type Step, type StepRole, type StepType } from '@pelton/contract';
import { ApprovalsService } from '../approvals/approvals.service.js';
import { PipelineCalls } from '../calls/pipeline-calls.service.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { DatasetsService } from '../datasets/datasets.service.js';
import { EventsService } from '../events/events.service.js';
import { WaitingService } from '../journeys/waiting.service.js';
import type { ProjectSql } from '../infra/warehouse.service.js';
import { MessagesService } from '../messages/messages.service.js';
import { Outbox } from '../messages/outbox.service.js';
import { Sender } from '../messages/sender.service.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { PluginsService } from '../plugins/plugins.service.js';
import { TagsService } from '../tags/tags.service.js';
import { aggregateStep } from './aggregate.step.js';
import { approvalStep } from './approval.step.js';
import { branchStep } from './branch.step.js';
import { datasetStep } from './dataset.step.js';
import { deduplicateStep } from './deduplicate.step.js';
import { destinationStep } from './destination.step.js';
import { enrichStep } from './enrich.step.js';
import { experimentStep } from './experiment.step.js';
import { filterStep } from './filter.step.js';
import { formulaStep } from './formula.step.js';
import { inputStep } from './input.step.js';
import { joinStep } from './join.step.js';
import { mergeStep } from './merge.step.js';
import { messageStep } from './message.step.js';
import { metricStep } from './metric.step.js';
import { pipelineStep } from './pipeline.step.js';
import { pivotStep } from './pivot.step.js';
import { sampleStep } from './sample.step.js';
import { selectStep } from './select.step.js';
import { sortStep } from './sort.step.js';
import { namingFields } from './naming-fields.js';
import { sourceStep } from './source.step.js';
import { sqlStep } from './sql.step.js';
import type { AnyStepKind, Reading } from './step-kind.js';
import { tagStep } from './tag.step.js';
import { toDatasetStep } from './to-dataset.step.js';
import { timeWindowStep } from './time-window.step.js';
import { toEventsStep } from './to-events.step.js';
import { toItemsStep } from './to-items.step.js';
import { toUsersStep } from './to-users.step.js';
import { triggerStep } from './trigger.step.js';
import { unionStep } from './union.step.js';
import { unpivotStep } from './unpivot.step.js';
import { waitStep } from './wait.step.js';
import { windowStep } from './window.step.js';

/** A source that takes longer to say what it is runs by itself, so that nobody waits for it before the run is there. */
const SOON_MS = 250;

/** Every kind of step: those of core, and for each connector that is installed its source and its destination. */
@Injectable()
export class StepsService implements OnApplicationBootstrap {
  private kinds = new Map<string, AnyStepKind>();

  constructor(
    private readonly plugins: PluginsService,
    private readonly connections: ConnectionsService,
    private readonly metrics: MetricsService,
    private readonly tags: TagsService,
    private readonly messages: MessagesService,
    private readonly outbox: Outbox,
    private readonly sender: Sender,
    private readonly events: EventsService,
    private readonly datasets: DatasetsService,
    private readonly waiting: WaitingService,
    private readonly approvals: ApprovalsService,
    private readonly calls: PipelineCalls,
  ) {}

  /** Once plugins are loaded. */
  onApplicationBootstrap(): void {
    const { messages, outbox, sender, events } = this;
    const connectors = this.plugins.all('connector');
    const kinds: AnyStepKind[] = [
      triggerStep,
      ...connectors.map((connector) =>
        namingFields(sourceStep(connector, this.connections), connector.spec.config, connector.spec.stream),
      ),
      datasetStep(this.datasets),
      toEventsStep,
      toUsersStep,
      toItemsStep,
      toDatasetStep(this.datasets),
      metricStep(this.metrics),
      tagStep(this.tags),
      experimentStep,
      messageStep({ messages, outbox, sender, events }),
      ...connectors.flatMap((connector) => {
        const { writes } = connector.spec;
        return writes
          ? [namingFields(destinationStep(connector, writes, this.connections), connector.spec.config)]
          : [];
      }),
      waitStep(this.waiting),
      branchStep,
      timeWindowStep(this.waiting),
      mergeStep,
      pipelineStep(this.calls),
      inputStep,
      approvalStep({ waiting: this.waiting, approvals: this.approvals }),
      filterStep,
      selectStep,
      formulaStep,
      aggregateStep,
      joinStep,
      enrichStep(this.datasets),
      unionStep,
      sortStep,
      deduplicateStep,
      windowStep,
      pivotStep,
      unpivotStep,
      sampleStep,
      sqlStep,
    ];
    this.kinds = new Map(kinds.map((kind) => [kind.type.uses, namingFields(kind)]));
  }

  types(): StepType[] {
    return [...this.kinds.values()].map((kind) => kind.type);
  }

  /** @throws STEP_UNKNOWN */
  kind(step: Pick<Step, 'uses'>): AnyStepKind {
    const kind = this.kinds.get(step.uses);
    if (!kind) throw new AppError('STEP_UNKNOWN', { uses: step.uses });
    return kind;
  }

  takesWhoArrives = (uses: string): boolean => this.kinds.get(uses)?.takesWhoArrives ?? false;

  roleOf = (uses: string): StepRole | undefined => this.kinds.get(uses)?.type.role;

  /**
   * A step with wishes of its own for when it fails, or for what arrives, is to run by itself.
   * @param queries steps of those that act which are nothing but a query as things are
   */
  readingOf(step: Step, queries: ReadonlySet<string>): Reading {
    if (step.retry || step.timeout !== undefined || step.onError) return 'acts';
    const kind = this.kind(step);
    if (kind.takesWhoArrives) return 'acts';
    if (queries.has(step.id)) return 'flows';
    if (kind.kind === 'action') return kind.readsOnce ? 'reads-once' : 'acts';
    return kind.isKept ? 'kept' : 'flows';
  }

  /** Steps that act but are nothing but a query as things are. What is wrong with one, or slow, shows when it runs. */
  async queriesOf(project: ProjectSql, steps: readonly Step[]): Promise<Set<string>> {
    const { projectId } = project;
    const found = steps.map(async (step) => {
      const kind = this.kind(step);
      if (kind.kind !== 'action' || !kind.asQuery) return [];
      const ask = async () => kind.asQuery?.({ projectId, project, params: this.readParams(kind, step) });
      const late = pause(SOON_MS, undefined, { ref: false });
      const relation = await Promise.race([ask().catch(() => undefined), late]);
      return relation ? [step.id] : [];
    });
    return new Set((await Promise.all(found)).flat());
  }

  /**
   * Reads a step's parameters by its kind's schema.
   * @throws PARAM_INVALID naming the first that is wrong
   */
  readParams(kind: AnyStepKind, step: Step): unknown {
    const result = kind.params.safeParse(step.with);
    if (result.success) return result.data;
    throw refusedParam(result.error.issues, kind.type.params);
  }
}
