import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, type Column, type Dataset } from '@pelton/contract';
import type { Model } from 'mongoose';
import type { StreamSource } from '../connections/stream-source.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { sizeOf, tableOf } from '../datasets/dataset.queries.js';
import { DatasetsService } from '../datasets/datasets.service.js';
import { type ProjectSql, WarehouseService } from '../infra/warehouse.service.js';
import { append } from './load-append.js';
import { refresh } from './load-refresh.js';
import { describeChange, planSchema } from './schema-change.js';
import type { SyncReport } from './sync-report.js';
import type { SyncDoc, SyncRunDoc } from './sync.schema.js';

/** A sync that an attempt has taken. */
export type HeldSync = SyncDoc & { holder: string };

/** What a load works with. */
export interface Load {
  sync: SyncDoc;
  /** Whose load it is: new with each attempt at a run. */
  attempt: string;
  project: ProjectSql;
  source: StreamSource;
  /** The columns of the dataset when the load is done. */
  columns: Column[];
  report: SyncReport;
  signal: AbortSignal;
  /** Changes the sync, unless another attempt has taken it over. @throws the signal's reason then */
  hold: (change: Partial<Pick<SyncDoc, 'state' | 'batch' | 'acceptsSchema'>>) => Promise<void>;
  /** Writes down what the dataset has become. */
  record: () => Promise<Dataset>;
}

/** A change of columns that a member has to accept; what it is goes into the run. */
export class SchemaChanged extends AppError<'SCHEMA_CHANGED'> {
  constructor(
    stream: string,
    readonly change: ReturnType<typeof planSchema>['change'],
  ) {
    super('SCHEMA_CHANGED', { stream, changes: describeChange(change) });
  }
}

/** Brings the rows of a stream into its dataset. It may be killed at any moment and called again. */
@Injectable()
export class SyncLoader {
  constructor(
    @InjectModel('Sync') private readonly syncs: Model<SyncDoc>,
    private readonly connections: ConnectionsService,
    private readonly datasets: DatasetsService,
    private readonly warehouse: WarehouseService,
  ) {}

  async load(sync: HeldSync, run: SyncRunDoc, report: SyncReport, signal: AbortSignal): Promise<void> {
    const { projectId, dataset, mode } = sync;
    const project = await this.warehouse.project(projectId);
    const source = await this.connections.openStream(projectId, sync.connection, sync.stream);
    const relation = mode === 'full_refresh' ? await source.relation(project) : undefined;
    const found = relation?.columns ?? (await source.discover(signal)).columns;
    const { columns, needsReload } = await this.plan(sync, found, report);
    const load: Load = {
      ...{ sync, attempt: sync.holder, project, source, columns, report, signal },
      hold: (change) => this.hold(sync, change),
      record: () => this.datasets.record(projectId, dataset, describe(sync, columns)),
    };
    requireColumns(load);
    const goesOn = mode === 'incremental' && !run.reset && !needsReload && (await canGoOn(load));
    report.way = relation ? 'pushdown' : 'streamed';
    report.info(goesOn && sync.state !== null ? `Reading what is new of ${source.name}` : `Reading ${source.name}`);
    if (goesOn) await append(load);
    else await refresh(load, relation);
    await load.hold({ acceptsSchema: false });
  }

  private async plan(sync: SyncDoc, found: Column[], report: SyncReport) {
    const known = await this.datasets.known(sync.projectId, sync.dataset);
    if (!known) return { columns: found, needsReload: false };
    const plan = planSchema(known.columns, found, sync.onSchemaChange);
    if (plan.stops && !sync.acceptsSchema) throw new SchemaChanged(String(sync.stream['stream']), plan.change);
    for (const change of describeChange(plan.change)) report.warn(`Column ${change}`);
    if (plan.needsReload) return { columns: found, needsReload: true };
    // Whoever accepts a change has seen what is missing, and need not be asked again.
    const missing = sync.acceptsSchema ? plan.change.missing : [];
    return { columns: plan.columns.filter(({ name }) => !missing.includes(name)), needsReload: false };
  }

  private async hold({ _id, holder }: SyncDoc, change: Partial<SyncDoc>): Promise<void> {
    const held = await this.syncs.updateOne({ _id, holder }, { $set: change });
    if (held.matchedCount === 0) throw new DOMException('Another attempt has taken the sync over', 'AbortError');
  }
}

/** Rows can be added where a state says what is new, or where there is nothing yet that could be lost. */
async function canGoOn({ sync, project }: Load): Promise<boolean> {
  if (sync.state !== null) return true;
  const [size] = await project.admin.rows<{ rows: number }>(sizeOf(project.database, tableOf(sync.dataset)));
  return !size || size.rows === 0;
}

/** @throws COLUMN_MISSING for a key or cursor that the stream does not have */
function requireColumns({ sync, columns }: Load): void {
  const names = columns.map(({ name }) => name);
  const missing = [...sync.primaryKey, ...(sync.cursor ? [sync.cursor] : [])].find((name) => !names.includes(name));
  if (missing) throw new AppError('COLUMN_MISSING', { column: missing, columns: names });
}

function describe({ name, title, connection, stream, primaryKey }: SyncDoc, columns: Column[]) {
  return { title, columns, primaryKey, source: { sync: name, connection, stream: String(stream['stream']) } };
}
