import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Metric, MetricInput, MetricQuery, MetricShape, MetricValues } from '@pelton/contract';
import { refreshIdentities } from '@pelton/warehouse';
import type { Model } from 'mongoose';
import type { Actor } from '../common/allow.js';
import { DefinitionStore } from '../definitions/definition-store.js';
import type { DefinitionVersionDoc } from '../definitions/definition.schema.js';
import { UsageService } from '../definitions/usage.service.js';
import { compileOver, type DataView } from '../events/data-context.js';
import { type ProjectSql, WarehouseService } from '../infra/warehouse.service.js';
import { ItemTypesService } from '../items/item-types.service.js';
import { admitPluginSql, type RunnableSql } from '../plugins/plugin-sql.js';
import { PluginsService } from '../plugins/plugins.service.js';
import { ProjectsService } from '../projects/projects.service.js';
import { evaluateMetric } from './evaluate-metric.js';
import type { MetricDoc } from './metric.schema.js';

/** A metric as a run or a page evaluates it: the template with its parameters. */
export type MetricDefinition = Pick<MetricDoc, 'name' | 'template' | 'params' | 'shape'>;

@Injectable()
export class MetricsService {
  private readonly store: DefinitionStore<MetricDoc>;

  constructor(
    @InjectModel('Metric') model: Model<MetricDoc>,
    @InjectModel('DefinitionVersion') versions: Model<DefinitionVersionDoc>,
    private readonly plugins: PluginsService,
    private readonly warehouse: WarehouseService,
    private readonly projects: ProjectsService,
    private readonly usage: UsageService,
    private readonly itemTypes: ItemTypesService,
  ) {
    this.store = new DefinitionStore(model, versions, 'metric');
  }

  async list(projectId: string): Promise<Metric[]> {
    return (await this.store.list(projectId)).map(toMetric);
  }

  async find(projectId: string, name: string): Promise<Metric> {
    return toMetric(await this.store.find(projectId, name));
  }

  count(projectId: string): Promise<number> {
    return this.store.count(projectId);
  }

  async create(actor: Pick<Actor, 'projectId' | 'name'>, input: MetricInput): Promise<Metric> {
    return toMetric(await this.store.create(actor, { ...input, shape: await this.shapeOf(input) }));
  }

  async update(actor: Actor, name: string, input: MetricInput): Promise<Metric> {
    return toMetric(await this.store.update(actor, name, { ...input, name, shape: await this.shapeOf(input) }));
  }

  async remove(projectId: string, name: string): Promise<void> {
    await this.usage.refuseIfUsed(projectId, 'metric', name);
    await this.store.remove(projectId, name);
  }

  /** The facts of a metric, with the user of the warehouse that may read them. */
  async facts(
    project: ProjectSql,
    metric: Pick<MetricDefinition, 'template' | 'params'>,
    view: DataView,
  ): Promise<RunnableSql> {
    const { calls, trust } = this.plugins.get('metric', metric.template);
    const hasIdentities = await refreshIdentities(project);
    const compiled = await compileOver(
      { ...view, hasIdentities },
      (context) => calls.compile({ params: metric.params, context }),
      () => this.itemTypes.references(project.projectId),
    );
    return admitPluginSql(project, trust, compiled);
  }

  /** The values that a page shows. */
  async values(projectId: string, name: string, query: MetricQuery): Promise<MetricValues> {
    const [metric, { timezone }, project] = await Promise.all([
      this.store.find(projectId, name),
      this.projects.find(projectId),
      this.warehouse.project(projectId),
    ]);
    const asOf = query.asOf ?? new Date().toISOString();
    return this.evaluate(project, metric, { database: project.database, timezone, asOf }, query);
  }

  /** The values of a metric over a view of the data. */
  async evaluate(
    project: ProjectSql,
    metric: MetricDefinition,
    view: DataView,
    query: Omit<MetricQuery, 'asOf'>,
  ): Promise<MetricValues> {
    return evaluateMetric(metric, await this.facts(project, metric, view), view, query);
  }

  private async shapeOf(input: Pick<MetricInput, 'template' | 'params'>): Promise<MetricShape> {
    return this.plugins.get('metric', input.template).calls.shape({ params: input.params });
  }
}

function toMetric(doc: MetricDoc): Metric {
  const { name, title, description, template, params, shape, version, updatedAt, updatedBy } = doc;
  return {
    name,
    title,
    description,
    template,
    params: params as Metric['params'],
    shape,
    version,
    updatedAt: updatedAt.toISOString(),
    updatedBy,
  };
}
