import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { DeliveryCounts } from '@pelton/contract';
import type { SendResult } from '@pelton/sdk';
import type { Model } from 'mongoose';
import { newId } from '../common/ids.js';
import type { DeliveryDoc, SuppressionDoc } from './delivery.schema.js';

/** Where a message comes from: one step of one run. */
export interface DeliverySource {
  projectId: string;
  pipeline: string;
  runId: string;
  stepId: string;
  message: string;
  channel: string;
}

const MOST_TRIES = 3;

/** Keeps every message from acceptance to its one end. Each method is safe to call again after a crash. */
@Injectable()
export class Outbox {
  constructor(
    @InjectModel('Delivery') private readonly deliveries: Model<DeliveryDoc>,
    @InjectModel('Suppression') private readonly suppressions: Model<SuppressionDoc>,
  ) {}

  /** Accepts one message for each user whose key is not taken; who had it before is passed over. */
  async accept(source: DeliverySource, users: { userId: string; key: string }[]): Promise<void> {
    const now = new Date();
    const writes = users.map(({ userId, key }) => ({
      updateOne: {
        filter: { projectId: source.projectId, key },
        update: {
          $setOnInsert: {
            _id: newId(),
            ...source,
            key,
            userId,
            state: 'accepted' as const,
            tries: 0,
            acceptedAt: now,
            updatedAt: now,
          },
        },
        upsert: true,
      },
    }));
    if (writes.length > 0) await this.deliveries.bulkWrite(writes, { ordered: false });
  }

  /** Which of these keys are taken: their users had it before. */
  async taken(projectId: string, keys: string[]): Promise<Set<string>> {
    const found = await this.deliveries.find({ projectId, key: { $in: keys } }, { key: 1 }).lean();
    return new Set(found.map((doc) => doc.key));
  }

  /** When each of these users last got something from a step. Messages of the same run do not count: it may be going on. */
  async lastAccepted(
    { projectId, pipeline, stepId, runId }: DeliverySource,
    userIds: string[],
  ): Promise<Map<string, Date>> {
    const before = { projectId, pipeline, stepId, userId: { $in: userIds }, runId: { $ne: runId } };
    const found = await this.deliveries.find(before, { userId: 1, acceptedAt: 1 }).lean();
    const latest = new Map<string, Date>();
    for (const { userId, acceptedAt } of found) {
      if ((latest.get(userId)?.getTime() ?? 0) < acceptedAt.getTime()) latest.set(userId, acceptedAt);
    }
    return latest;
  }

  /** Messages that were leaving when their process died: they may have left, so they are never tried again. */
  async settleAbandoned(runId: string, stepId: string): Promise<number> {
    const reason = 'Pelton stopped while it was leaving';
    const result = await this.deliveries.updateMany(
      { runId, stepId, state: 'sending' },
      { $set: { state: 'uncertain', reason, updatedAt: new Date() } },
    );
    return result.modifiedCount;
  }

  /** Takes the next messages of a step, so that nobody else does. */
  async claim(runId: string, stepId: string, most: number): Promise<DeliveryDoc[]> {
    const next = await this.deliveries.find({ runId, stepId, state: 'accepted' }, { _id: 1 }).limit(most).lean();
    if (next.length === 0) return [];
    const claim = newId();
    const ids = next.map((doc) => doc._id);
    await this.deliveries.updateMany(
      { _id: { $in: ids }, state: 'accepted' },
      { $set: { state: 'sending', claim, updatedAt: new Date() }, $inc: { tries: 1 } },
    );
    return this.deliveries.find({ _id: { $in: ids }, claim }).lean();
  }

  /** Gives claimed messages back untried. */
  async release(ids: string[]): Promise<void> {
    await this.deliveries.updateMany(
      { _id: { $in: ids }, state: 'sending' },
      { $set: { state: 'accepted', updatedAt: new Date() }, $inc: { tries: -1 } },
    );
  }

  async suppress(ids: string[], reason: string): Promise<void> {
    if (ids.length > 0)
      await this.deliveries.updateMany(
        { _id: { $in: ids } },
        { $set: { state: 'suppressed', reason, updatedAt: new Date() } },
      );
  }

  /** Writes down what a channel said of each message. What may be tried again goes back, a few times. */
  async settle(claimed: readonly DeliveryDoc[], results: readonly SendResult[]): Promise<void> {
    const tries = new Map(claimed.map((doc) => [doc._id, doc.tries]));
    const writes = results.map((result) => ({
      updateOne: {
        filter: { _id: result.id },
        update: { $set: { ...afterSend(result, tries.get(result.id) ?? MOST_TRIES), updatedAt: new Date() } },
      },
    }));
    if (writes.length > 0) await this.deliveries.bulkWrite(writes, { ordered: false });
  }

  /** All messages of a step, in batches. */
  async *ofStep(runId: string, stepId: string): AsyncGenerator<DeliveryDoc[]> {
    let batch: DeliveryDoc[] = [];
    for await (const doc of this.deliveries.find({ runId, stepId }).lean().cursor({ batchSize: 1000 })) {
      batch.push(doc);
      if (batch.length < 1000) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  async countsOfStep(runId: string, stepId: string): Promise<Record<DeliveryDoc['state'], number>> {
    return this.countBy({ runId, stepId });
  }

  async countsOfMessage(projectId: string, message: string): Promise<DeliveryCounts> {
    const of = { projectId, message };
    const [states, opened, clicked] = await Promise.all([
      this.countBy(of),
      this.deliveries.countDocuments({ ...of, openedAt: { $exists: true } }),
      this.deliveries.countDocuments({ ...of, clickedAt: { $exists: true } }),
    ]);
    const unsubscribed = await this.deliveries.countDocuments({ ...of, reason: 'unsubscribed by it' });
    return {
      accepted: states.accepted + states.sending,
      sent: states.sent,
      suppressed: states.suppressed,
      failed: states.failed,
      uncertain: states.uncertain,
      opened,
      clicked,
      unsubscribed,
    };
  }

  async list(projectId: string, message: string, page: { limit: number; offset: number }): Promise<DeliveryDoc[]> {
    return this.deliveries
      .find({ projectId, message })
      .sort({ updatedAt: -1 })
      .skip(page.offset)
      .limit(page.limit)
      .lean();
  }

  async find(projectId: string, id: string): Promise<DeliveryDoc | undefined> {
    return (await this.deliveries.findOne({ _id: id, projectId }).lean()) ?? undefined;
  }

  /** @returns false when it was noted before */
  async noteReaction(id: string, field: 'openedAt' | 'clickedAt'): Promise<boolean> {
    const result = await this.deliveries.updateOne(
      { _id: id, [field]: { $exists: false } },
      { $set: { [field]: new Date() } },
    );
    return result.modifiedCount > 0;
  }

  /** Which of these users must not be written to on a channel. */
  async suppressedAmong(projectId: string, channel: string, userIds: string[]): Promise<Set<string>> {
    const found = await this.suppressions.find({ projectId, channel, userId: { $in: userIds } }, { userId: 1 }).lean();
    return new Set(found.map((doc) => doc.userId));
  }

  async suppressUser(projectId: string, channel: string, userId: string, reason: string): Promise<void> {
    const set = { $setOnInsert: { _id: newId(), reason, at: new Date() } };
    await this.suppressions.updateOne({ projectId, channel, userId }, set, { upsert: true });
  }

  private async countBy(match: Record<string, string>): Promise<Record<DeliveryDoc['state'], number>> {
    const rows = await this.deliveries.aggregate<{ _id: DeliveryDoc['state']; count: number }>([
      { $match: match },
      { $group: { _id: '$state', count: { $sum: 1 } } },
    ]);
    const counts = { accepted: 0, sending: 0, sent: 0, suppressed: 0, failed: 0, uncertain: 0 };
    for (const { _id, count } of rows) counts[_id] = count;
    return counts;
  }
}

function afterSend(result: SendResult, tries: number): Partial<DeliveryDoc> {
  switch (result.state) {
    case 'sent':
      return { state: 'sent', externalId: result.externalId };
    case 'uncertain':
      return { state: 'uncertain', reason: result.reason };
    case 'failed':
      return result.retryable && tries < MOST_TRIES
        ? { state: 'accepted', reason: result.reason }
        : { state: 'failed', reason: result.reason };
  }
}
