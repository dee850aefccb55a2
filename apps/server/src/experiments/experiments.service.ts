import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import {
  AppError,
  type ArmStatistics,
  type Experiment,
  type ExperimentInput,
  type ExperimentResults,
  type MetricShape,
} from '@pelton/contract';
import { sql, toReadable } from '@pelton/sdk';
import { refreshIdentities } from '@pelton/warehouse';
import type { Model } from 'mongoose';
import type { Actor } from '../common/allow.js';
import { DefinitionStore } from '../definitions/definition-store.js';
import type { DefinitionVersionDoc } from '../definitions/definition.schema.js';
import { UsageService } from '../definitions/usage.service.js';
import type { DataView } from '../events/data-context.js';
import { type ProjectSql, WarehouseService } from '../infra/warehouse.service.js';
import { armStatisticsQuery } from '../metrics/metric.queries.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { PluginsService } from '../plugins/plugins.service.js';
import { ProjectsService } from '../projects/projects.service.js';
import { assignmentsQuery } from './experiment.queries.js';
import type { ExperimentDoc } from './experiment.schema.js';

type MetricResult = ExperimentResults['metrics'][number];

@Injectable()
export class ExperimentsService {
  private readonly store: DefinitionStore<ExperimentDoc>;

  constructor(
    @InjectModel('Experiment') model: Model<ExperimentDoc>,
    @InjectModel('DefinitionVersion') versions: Model<DefinitionVersionDoc>,
    private readonly plugins: PluginsService,
    private readonly warehouse: WarehouseService,
    private readonly projects: ProjectsService,
    private readonly metrics: MetricsService,
    private readonly usage: UsageService,
  ) {
    this.store = new DefinitionStore(model, versions, 'experiment');
  }

  async list(projectId: string): Promise<Experiment[]> {
    return (await this.store.list(projectId)).map(toExperiment);
  }

  async find(projectId: string, name: string): Promise<Experiment> {
    return toExperiment(await this.store.find(projectId, name));
  }

  async create(actor: Pick<Actor, 'projectId' | 'name'>, input: ExperimentInput): Promise<Experiment> {
    await this.check(actor.projectId, input);
    return toExperiment(await this.store.create(actor, input));
  }

  async update(actor: Actor, name: string, input: ExperimentInput): Promise<Experiment> {
    await this.check(actor.projectId, input);
    return toExperiment(await this.store.update(actor, name, { ...input, name }));
  }

  async remove(projectId: string, name: string): Promise<void> {
    await this.usage.refuseIfUsed(projectId, 'experiment', name);
    await this.store.remove(projectId, name);
  }

  /** Keeps the decision; the pipeline's arms go on as they are until somebody publishes a change. */
  async decide(actor: Actor, name: string, decision: { variation: string; note: string }): Promise<Experiment> {
    const experiment = await this.store.find(actor.projectId, name);
    if (!experiment.variations.some((variation) => variation.key === decision.variation)) {
      throw new AppError('PARAM_INVALID', {
        field: 'variation',
        reason: `${name} has no variation ${decision.variation}`,
      });
    }
    await this.store.note(actor.projectId, name, { decision: { ...decision, at: new Date(), by: actor.name } });
    return this.find(actor.projectId, name);
  }

  /** The test as it stands at an instant: arms, sample ratio, and each metric by the engine. */
  async results(projectId: string, name: string, asOf: string): Promise<ExperimentResults> {
    const started = performance.now();
    const [experiment, { timezone }, project] = await Promise.all([
      this.store.find(projectId, name),
      this.projects.find(projectId),
      this.warehouse.project(projectId),
    ]);
    const engine = this.plugins.get('experiment', experiment.engine);
    await refreshIdentities(project);
    const counted = await this.countArms(project, name, asOf);
    const arms = experiment.variations.map(({ key, title, weight }) => ({
      variation: key,
      title,
      weight,
      users: counted.users.get(key) ?? 0,
    }));
    const view = { database: project.database, timezone, asOf };
    const metrics: MetricResult[] = [];
    for (const item of experiment.metrics) metrics.push(await this.judge(project, projectId, experiment, item, view));
    return {
      asOf,
      startedAt: counted.startedAt,
      arms,
      ratio: await engine.calls.checkRatio({ arms, params: experiment.params }),
      both: 0, // a user's first assignment is the only one that is kept
      metrics,
      ms: performance.now() - started,
    };
  }

  private async judge(
    project: ProjectSql,
    projectId: string,
    experiment: ExperimentDoc,
    item: ExperimentDoc['metrics'][number],
    view: DataView,
  ): Promise<MetricResult> {
    const metric = await this.metrics.find(projectId, item.metric);
    const { sql: facts, client } = await this.metrics.facts(project, metric, view);
    const assignments = assignmentsQuery(project.database, experiment.name, view.asOf);
    const statement = armStatisticsQuery(facts, metric.shape, {
      assignments,
      windowDays: item.windowDays,
      asOf: view.asOf,
    });
    const rows = await client.rows<ArmStatistics>(statement);
    const arms = experiment.variations.map(({ key }) => rows.find((row) => row.variation === key) ?? noUsers(key));
    const type = questionType(metric.shape);
    const { calls } = this.plugins.get('experiment', experiment.engine);
    const analysis = await calls.analyze({
      arms,
      question: { type, inverse: metric.shape.inverse },
      params: experiment.params,
    });
    return {
      ...item,
      title: metric.title,
      unit: metric.shape.unit,
      percent: type === 'proportion',
      inverse: metric.shape.inverse,
      matured: Object.fromEntries(arms.map((arm) => [arm.variation, arm.users])),
      analysis,
      sql: toReadable(statement),
    };
  }

  private async countArms(
    project: ProjectSql,
    name: string,
    asOf: string,
  ): Promise<{ users: Map<string, number>; startedAt: string | null }> {
    const rows = await project.admin.rows<{ variation: string; users: number; first: string }>(
      sql`SELECT variation, count() AS users, min(at) AS first FROM (${assignmentsQuery(project.database, name, asOf)}) GROUP BY variation`,
    );
    const starts = rows.map((row) => row.first).sort();
    return { users: new Map(rows.map((row) => [row.variation, row.users])), startedAt: starts[0] ?? null };
  }

  private async check(projectId: string, input: ExperimentInput): Promise<void> {
    this.plugins.get('experiment', input.engine);
    for (const { metric } of input.metrics) await this.metrics.find(projectId, metric);
  }
}

function questionType(shape: MetricShape): 'mean' | 'proportion' | 'ratio' {
  switch (shape.type) {
    case 'count':
    case 'sum':
      return 'mean';
    case 'mean':
      return 'ratio';
    case 'unique_users':
    case 'proportion':
    case 'retention':
      return 'proportion';
  }
}

function noUsers(variation: string): ArmStatistics {
  return { variation, users: 0, sum: 0, sumSquares: 0, denominatorSum: 0, denominatorSumSquares: 0, sumProducts: 0 };
}

function toExperiment(doc: ExperimentDoc): Experiment {
  const {
    name,
    title,
    description,
    hypothesis,
    engine,
    params,
    variations,
    coverage,
    seed,
    metrics,
    decision,
    version,
    updatedAt,
    updatedBy,
  } = doc;
  return {
    name,
    title,
    description,
    hypothesis,
    engine,
    params,
    variations,
    coverage,
    seed,
    metrics,
    decision: decision ? { ...decision, at: new Date(decision.at).toISOString() } : null,
    version,
    updatedAt: updatedAt.toISOString(),
    updatedBy,
  };
}
