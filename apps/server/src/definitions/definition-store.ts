import { AppError } from '@pelton/contract';
import type { Model, QueryFilter } from 'mongoose';
import type { Actor } from '../common/allow.js';
import { isDuplicate } from '../common/duplicate.js';
import { newId } from '../common/ids.js';
import type { DefinitionDoc, DefinitionVersionDoc } from './definition.schema.js';

/** What a person writes of a definition: everything but what the store itself keeps. */
export type DefinitionBody<T extends DefinitionDoc> = Omit<
  T,
  '_id' | 'projectId' | 'version' | 'updatedAt' | 'updatedBy'
>;

/** Keeps the definitions of one noun, each with its earlier versions. */
export class DefinitionStore<T extends DefinitionDoc> {
  constructor(
    private readonly model: Model<T>,
    private readonly versions: Model<DefinitionVersionDoc>,
    private readonly noun: string,
  ) {}

  async list(projectId: string): Promise<T[]> {
    return (await this.model.find(this.filter({ projectId })).sort({ title: 1 }).lean()) as T[];
  }

  async count(projectId: string): Promise<number> {
    return this.model.countDocuments(this.filter({ projectId }));
  }

  /** @throws NOT_FOUND */
  async find(projectId: string, name: string): Promise<T> {
    const found = await this.findIfAny(projectId, name);
    if (!found) throw new AppError('NOT_FOUND', { noun: this.noun, name });
    return found;
  }

  async findIfAny(projectId: string, name: string): Promise<T | undefined> {
    return ((await this.model.findOne(this.filter({ projectId, name })).lean()) ?? undefined) as T | undefined;
  }

  /** @throws NAME_TAKEN */
  async create(actor: Pick<Actor, 'projectId' | 'name'>, body: DefinitionBody<T>): Promise<T> {
    const doc = {
      ...body,
      _id: newId(),
      projectId: actor.projectId,
      version: 1,
      updatedAt: new Date(),
      updatedBy: actor.name,
    };
    try {
      await this.model.create(doc as never);
    } catch (error) {
      if (isDuplicate(error)) throw new AppError('NAME_TAKEN', { noun: this.noun, name: body.name }, { cause: error });
      throw error;
    }
    return doc as unknown as T; // the body and the kept fields are all that T has
  }

  /** Replaces what a definition says; its name stays, its version grows, what it said before is kept. */
  async update(actor: Pick<Actor, 'projectId' | 'name'>, name: string, body: DefinitionBody<T>): Promise<T> {
    const before = await this.find(actor.projectId, name);
    const kept = { projectId: actor.projectId, noun: this.noun, name, version: before.version };
    await this.versions.updateOne(
      kept,
      { $setOnInsert: { _id: newId(), body: before, savedAt: new Date() } },
      { upsert: true },
    );
    const change = { ...body, name, version: before.version + 1, updatedAt: new Date(), updatedBy: actor.name };
    const updated = await this.model
      .findOneAndUpdate(
        this.filter({ projectId: actor.projectId, name, version: before.version }),
        { $set: change as never },
        { returnDocument: 'after' },
      )
      .lean();
    if (!updated) throw new AppError('STALE_REVISION', { by: 'Somebody else' });
    return updated as T;
  }

  async remove(projectId: string, name: string): Promise<void> {
    await this.find(projectId, name);
    await this.model.deleteOne(this.filter({ projectId, name }));
  }

  /** Sets a field that is no part of what the definition says, such as when it was last evaluated. */
  async note(projectId: string, name: string, fields: Partial<T>): Promise<void> {
    await this.model.updateOne(this.filter({ projectId, name }), { $set: fields as never });
  }

  private filter(fields: Partial<Pick<DefinitionDoc, 'projectId' | 'name' | 'version'>>): QueryFilter<T> {
    return fields as QueryFilter<T>; // plain equality on common fields
  }
}
