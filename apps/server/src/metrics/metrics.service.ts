import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Grain, Metric, MetricInput, MetricQuery, MetricShape, MetricValues, Sql } from '@pelton/contract';
import { AppError } from '@pelton/contract';
import { toReadable } from '@pelton/sdk';
import type { Model } from 'mongoose';
import type { Actor } from '../common/allow.js';
import { DefinitionStore } from '../definitions/definition-store.js';
import type { DefinitionVersionDoc } from '../definitions/definition.schema.js';
import { UsageService } from '../definitions/usage.service.js';
import { dataContext, type DataView } from '../events/data-context.js';
import { type ProjectSql, WarehouseService } from '../infra/warehouse.service.js';
import { admitPluginSql, type RunnableSql } from '../plugins/plugin-sql.js';
import { PluginsService } from '../plugins/plugins.service.js';
import { ProjectsService } from '../projects/projects.service.js';
import {
  extentQuery,
  periodsQuery,
  type RetentionCell,
  retentionQuery,
  type SeriesRow,
  seriesQuery,
  type Span,
} from './metric.queries.js';
import { toPoints, toRetention } from './metric-values.js';
import type { MetricDoc } from './metric.schema.js';

/** How many periods a page shows when nobody asked for others. */
const PERIODS: Record<Grain, number> = { day: 60, week: 26, month: 13 };
const DAYS: Record<Grain, number> = { day: 1, week: 7, month: 31 };

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
    return admitPluginSql(project, trust, await calls.compile({ params: metric.params, context: dataContext(view) }));
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
    const started = performance.now();
    const { by, grain } = query;
    if (by && !metric.shape.dimensions.includes(by))
      throw new AppError('PARAM_INVALID', { field: 'by', reason: `${metric.name} has no dimension ${by}` });
    const { sql: facts, client } = await this.facts(project, metric, view);
    const span = await this.spanOf(client, facts, view, query);
    const periods = (await client.rows<{ period: string }>(periodsQuery(span))).map((row) => row.period);
    const common = {
      metric: metric.name,
      unit: metric.shape.unit,
      grain,
      timezone: view.timezone,
      from: span.from,
      to: span.to,
      asOf: view.asOf,
    };
    if (metric.shape.type === 'retention') {
      const statement = retentionQuery(facts, span);
      const cells = await client.rows<RetentionCell>(statement);
      return {
        kind: 'retention',
        ...common,
        cohorts: toRetention(cells, periods, view.asOf),
        sql: toReadable(statement),
        ms: performance.now() - started,
      };
    }
    const statement = seriesQuery(facts, metric.shape, span, by);
    const rows = await client.rows<SeriesRow>(statement);
    return {
      kind: 'series',
      ...common,
      ...(by && { by }),
      points: toPoints(rows, periods, metric.shape, view.asOf, by),
      sql: toReadable(statement),
      ms: performance.now() - started,
    };
  }

  /** What was asked for, or the last periods that have facts; whole periods in any case. */
  private async spanOf(
    client: RunnableSql['client'],
    facts: Sql,
    view: DataView,
    { grain, from, to }: Omit<MetricQuery, 'asOf'>,
  ): Promise<Span> {
    const extent = await client.row<{ first: string | null; last: string | null }>(extentQuery(facts));
    const last = to ?? extent.last ?? view.asOf;
    const earliest = new Date(Date.parse(last) - (PERIODS[grain] - 1) * DAYS[grain] * 86_400_000).toISOString();
    const first = from ?? (extent.first && extent.first > earliest ? extent.first : earliest);
    const after = new Date(Date.parse(last) + DAYS[grain] * 86_400_000).toISOString();
    const periods = await client.rows<{ period: string }>(
      periodsQuery({ grain, timezone: view.timezone, from: first, to: after }),
    );
    const ends = periods.filter(({ period }) => Date.parse(period) > Date.parse(last));
    return { grain, timezone: view.timezone, from: periods[0]?.period ?? first, to: ends[0]?.period ?? after };
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
