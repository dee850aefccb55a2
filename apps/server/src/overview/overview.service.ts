import { Injectable } from '@nestjs/common';
import type { Overview } from '@pelton/contract';
import { identifier, instant, sql } from '@pelton/sdk';
import { ConnectionsService } from '../connections/connections.service.js';
import { activityQuery, newestQuery } from '../events/event.queries.js';
import { ExperimentsService } from '../experiments/experiments.service.js';
import { WarehouseService } from '../infra/warehouse.service.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { RunsService } from '../runs/runs.service.js';
import { TagsService } from '../tags/tags.service.js';

const WINDOW_MS = 28 * 86_400_000;

/** The loop at a glance. */
@Injectable()
export class OverviewService {
  constructor(
    private readonly warehouse: WarehouseService,
    private readonly connections: ConnectionsService,
    private readonly metrics: MetricsService,
    private readonly tags: TagsService,
    private readonly experiments: ExperimentsService,
    private readonly runs: RunsService,
  ) {}

  async of(projectId: string): Promise<Overview> {
    const { admin, database } = await this.warehouse.project(projectId);
    const { newest } = await admin.row<{ newest: string | null }>(newestQuery(database));
    const to = newest;
    const from = to && new Date(Date.parse(to) - WINDOW_MS).toISOString();
    const [activity, deliveries, sources, metrics, tags, experiments, runs] = await Promise.all([
      admin.row<{ events: number; users: number; reactions: number }>(
        activityQuery(database, from ?? new Date().toISOString()),
      ),
      admin.row<{ sent: number; suppressed: number }>(
        sql`SELECT countIf(state = 'sent') AS sent, countIf(state = 'suppressed') AS suppressed FROM ${identifier(database, 'deliveries')} FINAL WHERE at >= ${instant(from ?? new Date().toISOString())}`,
      ),
      this.connections.count(projectId, 'connector'),
      this.metrics.count(projectId),
      this.tags.count(projectId),
      this.experiments.list(projectId),
      this.runs.list(projectId, { limit: 7, offset: 0 }),
    ]);
    return {
      from,
      to,
      collect: { events: activity.events, users: activity.users, sources },
      understand: { metrics, tags },
      operate: {
        experiments: experiments.length,
        running: experiments.filter((experiment) => !experiment.decision).length,
      },
      reach: deliveries,
      reactions: activity.reactions,
      runs,
    };
  }
}
