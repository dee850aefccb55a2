import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { PRESENCE_BEAT_MS, type Present } from '@pelton/contract';
import type { Model } from 'mongoose';
import type { Actor } from '../common/allow.js';
import type { PresenceDoc } from './presence.schema.js';

/** A page that has been silent for so long is closed, or its line is lost. */
const GONE_AFTER_MS = 3 * PRESENCE_BEAT_MS;

/** Who has which pipeline open. Pages tell it while they are open; nobody has to tell that a page was closed. */
@Injectable()
export class PresenceService {
  constructor(@InjectModel('Presence') private readonly presences: Model<PresenceDoc>) {}

  /** Notes that a page is open and answers with the members in other pages, each once. */
  async beat(actor: Actor, pipeline: string, page: string, now = new Date()): Promise<Present[]> {
    const { projectId, id: memberId, name, role } = actor;
    const _id = [projectId, pipeline, memberId, page].join(' ');
    const isEditing = role !== 'viewer';
    await this.presences.updateOne(
      { _id },
      { $set: { projectId, pipeline, memberId, name, isEditing, seenAt: now } },
      { upsert: true },
    );
    const gone = new Date(now.getTime() - GONE_AFTER_MS);
    await this.presences.deleteMany({ projectId, pipeline, seenAt: { $lte: gone } });
    const others = await this.presences
      .find({ projectId, pipeline, memberId: { $ne: memberId } })
      .sort({ name: 1 })
      .lean();
    const byMember = new Map(others.map((doc) => [doc.memberId, doc]));
    return [...byMember.values()].map((doc) => ({ memberId: doc.memberId, name: doc.name, isEditing: doc.isEditing }));
  }

  async leave({ projectId, id }: Actor, pipeline: string, page: string): Promise<void> {
    await this.presences.deleteOne({ _id: [projectId, pipeline, id, page].join(' ') });
  }
}
