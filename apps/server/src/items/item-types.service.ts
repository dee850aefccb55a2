import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, type ItemType, type ItemTypeInput } from '@pelton/contract';
import type { Model } from 'mongoose';
import { newId } from '../common/ids.js';
import type { ItemReference } from '../events/related.js';
import { WarehouseService } from '../infra/warehouse.service.js';
import { itemTypesQuery } from './item.queries.js';
import type { ItemTypeDoc } from './item-type.schema.js';

/** Types of items: those that the data has, with what members said of them. */
@Injectable()
export class ItemTypesService {
  constructor(
    @InjectModel('ItemType') private readonly types: Model<ItemTypeDoc>,
    private readonly warehouse: WarehouseService,
  ) {}

  async list(projectId: string): Promise<ItemType[]> {
    const { admin, database } = await this.warehouse.project(projectId);
    const [docs, rows] = await Promise.all([
      this.types.find({ projectId }).lean(),
      admin.rows<{ type: string; items: number; members: number }>(itemTypesQuery(database)),
    ]);
    const said = new Map(docs.map((doc) => [doc.type, doc]));
    const seen = new Map(rows.map((row) => [row.type, row]));
    return [...new Set([...said.keys(), ...seen.keys()])]
      .map((type) => ({
        type,
        title: said.get(type)?.title ?? type,
        referredBy: said.get(type)?.referredBy ?? [],
        items: seen.get(type)?.items ?? 0,
        members: seen.get(type)?.members ?? 0,
      }))
      .sort((a, b) => a.title.localeCompare(b.title));
  }

  /** @throws NOT_FOUND for a type that nobody described and the data does not have */
  async find(projectId: string, type: string): Promise<ItemType> {
    const found = (await this.list(projectId)).find((candidate) => candidate.type === type);
    if (!found) throw new AppError('NOT_FOUND', { noun: 'item type', name: type });
    return found;
  }

  async describe(projectId: string, type: string, input: ItemTypeInput): Promise<ItemType> {
    await this.types.updateOne(
      { projectId, type },
      { $set: { ...input }, $setOnInsert: { _id: newId() } },
      { upsert: true },
    );
    return this.find(projectId, type);
  }

  /** Forgets what was said of a type; its items stay. */
  async forget(projectId: string, type: string): Promise<void> {
    await this.types.deleteOne({ projectId, type });
  }

  /** How events refer to items, for definitions that name them. */
  async references(projectId: string): Promise<ItemReference[]> {
    const types = await this.list(projectId);
    return types
      .filter(({ referredBy, members }) => referredBy.length > 0 || members > 0)
      .map(({ type, referredBy, members }) => ({ type, referredBy, hasMembers: members > 0 }));
  }
}
