import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, type Key, type KeyChange, type KeyInput } from '@pelton/contract';
import type { Model } from 'mongoose';
import { hashToken, newId, newToken } from '../common/ids.js';
import type { KeyDoc } from './key.schema.js';

const USED_EVERY_MS = 60_000;
/** So long another process may go on taking a key that was deleted. Senders bring the same key thousands of times a second. */
const REMEMBERED_MS = 5_000;
const MOST_REMEMBERED = 10_000;

@Injectable()
export class KeysService {
  private readonly remembered = new Map<string, { key: Promise<KeyDoc | undefined>; until: number }>();

  constructor(@InjectModel('Key') private readonly keys: Model<KeyDoc>) {}

  async list(projectId: string): Promise<Key[]> {
    const keys = await this.keys.find({ projectId }).sort({ createdAt: -1 }).lean();
    return keys.map(toKey);
  }

  /** @returns the key in full, for the only time */
  async create(projectId: string, input: KeyInput): Promise<{ key: Key; secret: string }> {
    const secret = `pk_${newToken()}`;
    const doc: KeyDoc = {
      _id: newId(),
      projectId,
      title: input.title,
      hash: hashToken(secret),
      prefix: secret.slice(0, 10),
      scopes: input.scopes,
      origins: input.origins ?? [],
      createdAt: new Date(),
    };
    await this.keys.create(doc);
    return { key: toKey(doc), secret };
  }

  /** What may change of a key: how it is called, and which pages may send with it. @throws NOT_FOUND */
  async change(projectId: string, id: string, change: KeyChange): Promise<Key> {
    const { title, origins } = change;
    const doc = await this.keys
      .findOneAndUpdate({ _id: id, projectId }, { $set: { title, origins } }, { returnDocument: 'after' })
      .lean();
    if (!doc) throw new AppError('NOT_FOUND', { noun: 'key', name: id });
    this.remembered.clear();
    return toKey(doc);
  }

  /** How keys are called, by their ids; those that are gone are left out. */
  async titles(projectId: string, ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const keys = await this.keys.find({ projectId, _id: { $in: ids } }, { title: 1 }).lean();
    return new Map(keys.map(({ _id, title }) => [_id, title]));
  }

  async remove(projectId: string, id: string): Promise<void> {
    await this.keys.deleteOne({ _id: id, projectId });
    this.remembered.clear();
  }

  /** The key that a request carries, if it is one of ours. */
  async recognize(secret: string): Promise<KeyDoc | undefined> {
    const hash = hashToken(secret);
    const known = this.remembered.get(hash);
    if (known && known.until > Date.now()) return known.key;
    if (this.remembered.size >= MOST_REMEMBERED) this.remembered.clear();
    const key = this.look(hash);
    this.remembered.set(hash, { key, until: Date.now() + REMEMBERED_MS });
    key.catch(() => this.remembered.delete(hash)); // the next request tries again
    return key;
  }

  private async look(hash: string): Promise<KeyDoc | undefined> {
    const key = await this.keys.findOne({ hash }).lean();
    if (!key) return undefined;
    if (Date.now() - (key.lastUsedAt?.getTime() ?? 0) > USED_EVERY_MS)
      await this.keys.updateOne({ _id: key._id }, { lastUsedAt: new Date() });
    return key;
  }
}

function toKey(key: KeyDoc): Key {
  const { _id, title, prefix, scopes, origins, createdAt, lastUsedAt } = key;
  return {
    id: _id,
    title,
    prefix,
    scopes,
    origins: origins ?? [],
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}
