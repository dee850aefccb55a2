import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, type Column, type Dataset, type DatasetPreview, type Relation } from '@pelton/contract';
import { identifier, sql } from '@pelton/sdk';
import type { Model } from 'mongoose';
import { newId } from '../common/ids.js';
import { UsageService } from '../definitions/usage.service.js';
import { WarehouseService } from '../infra/warehouse.service.js';
import { type DatasetSize, measureTable, selectDataset, tableOf } from './dataset.queries.js';
import type { DatasetDoc } from './dataset.schema.js';

/** Tables of a project that syncs load. */
@Injectable()
export class DatasetsService {
  constructor(
    @InjectModel('Dataset') private readonly datasets: Model<DatasetDoc>,
    private readonly warehouse: WarehouseService,
    private readonly usage: UsageService,
  ) {}

  async list(projectId: string): Promise<Dataset[]> {
    const docs = await this.datasets.find({ projectId }).sort({ title: 1 }).lean();
    return docs.map(toDataset);
  }

  /** @throws NOT_FOUND before its first load too */
  async find(projectId: string, name: string): Promise<Dataset> {
    const found = await this.known(projectId, name);
    if (!found) throw new AppError('NOT_FOUND', { noun: 'dataset', name });
    return found;
  }

  async known(projectId: string, name: string): Promise<Dataset | undefined> {
    const doc = await this.datasets.findOne({ projectId, name }).lean();
    return doc ? toDataset(doc) : undefined;
  }

  /** Its rows as they are when the relation is read. */
  async relation(projectId: string, name: string): Promise<Relation> {
    const [dataset, { database }] = await Promise.all([this.find(projectId, name), this.warehouse.project(projectId)]);
    return { sql: selectDataset(database, name, dataset), columns: dataset.columns };
  }

  async preview(projectId: string, name: string, limit: number): Promise<DatasetPreview> {
    const relation = await this.relation(projectId, name);
    const { reader } = await this.warehouse.project(projectId);
    return reader.table<DatasetPreview['rows'][number][number]>(sql`SELECT * FROM (${relation.sql}) LIMIT ${limit}`);
  }

  /**
   * Notes that a dataset has changed; makes it when it is the first time.
   * @param size measured now when absent
   */
  async record(
    projectId: string,
    name: string,
    loaded: { title: string; columns: Column[]; primaryKey: string[]; source: Dataset['source'] },
    size?: DatasetSize,
  ): Promise<Dataset> {
    const { rows, bytes } =
      size ?? (await measureTable(await this.warehouse.project(projectId), tableOf(name), loaded));
    const change = { ...loaded, rows, bytes, loadedAt: new Date() };
    const doc = await this.datasets
      .findOneAndUpdate(
        { projectId, name },
        { $set: change, $setOnInsert: { _id: newId() } },
        { upsert: true, returnDocument: 'after' },
      )
      .lean();
    return toDataset(doc);
  }

  /**
   * Deletes a dataset with its rows.
   * @throws IN_USE while a sync loads it or a pipeline reads it
   */
  async remove(projectId: string, name: string): Promise<void> {
    await this.find(projectId, name);
    await this.usage.refuseIfUsed(projectId, 'dataset', name);
    const { admin } = await this.warehouse.project(projectId);
    await admin.run(sql`DROP TABLE IF EXISTS ${identifier(tableOf(name))} SYNC`);
    await this.datasets.deleteOne({ projectId, name });
  }
}

function toDataset(doc: DatasetDoc): Dataset {
  const { name, title, columns, primaryKey, rows, bytes, source, loadedAt } = doc;
  return { name, title, columns, primaryKey, rows, bytes, source, loadedAt: loadedAt.toISOString() };
}
