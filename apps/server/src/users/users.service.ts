import { Injectable } from '@nestjs/common';
import { AppError, type PropertyName, type UserPortrait, type UserSummary } from '@pelton/contract';
import { WarehouseService } from '../infra/warehouse.service.js';
import { TagsService } from '../tags/tags.service.js';
import {
  traitNamesQuery,
  userAssignmentsQuery,
  userCountQuery,
  userDeliveriesQuery,
  userPageQuery,
  userQuery,
  userTagsQuery,
} from './user.queries.js';

interface UserRow {
  user_id: string;
  traits: Record<string, string>;
  events: number;
  first_at: string | null;
  last_at: string | null;
}

@Injectable()
export class UsersService {
  constructor(
    private readonly warehouse: WarehouseService,
    private readonly tags: TagsService,
  ) {}

  async list(
    projectId: string,
    page: { search: string; limit: number; offset: number },
  ): Promise<{ total: number; users: UserSummary[] }> {
    const { admin, database } = await this.warehouse.project(projectId);
    const [rows, { users: total }] = await Promise.all([
      admin.rows<UserRow>(userPageQuery(database, page)),
      admin.row<{ users: number }>(userCountQuery(database)),
    ]);
    return {
      total,
      users: rows.map((row) => ({
        userId: row.user_id,
        traits: row.traits,
        events: row.events,
        firstAt: row.first_at,
        lastAt: row.last_at,
      })),
    };
  }

  async count(projectId: string): Promise<number> {
    const { admin, database } = await this.warehouse.project(projectId);
    return (await admin.row<{ users: number }>(userCountQuery(database))).users;
  }

  /** @throws NOT_FOUND for somebody without events and traits */
  async portrait(projectId: string, userId: string): Promise<UserPortrait> {
    const { admin, database } = await this.warehouse.project(projectId);
    const [user, tags, assignments, deliveries, definitions] = await Promise.all([
      admin.row<Omit<UserRow, 'user_id'>>(userQuery(database, userId)),
      admin.rows<{ tag_id: string; evidence: string; entered_at: string }>(userTagsQuery(database, userId)),
      admin.rows<{ experiment_id: string; variation: string; at: string }>(userAssignmentsQuery(database, userId)),
      admin.rows<{ message_id: string; state: string; at: string }>(userDeliveriesQuery(database, userId)),
      this.tags.list(projectId),
    ]);
    if (user.events === 0 && Object.keys(user.traits).length === 0)
      throw new AppError('NOT_FOUND', { noun: 'user', name: userId });
    const titles = new Map(definitions.map((tag) => [tag.name, tag.title]));
    return {
      userId,
      traits: user.traits,
      events: user.events,
      firstAt: user.first_at,
      lastAt: user.last_at,
      tags: tags.map((row) => ({
        tag: row.tag_id,
        title: titles.get(row.tag_id) ?? row.tag_id,
        evidence: row.evidence,
        enteredAt: row.entered_at,
      })),
      experiments: assignments.map((row) => ({ experiment: row.experiment_id, variation: row.variation, at: row.at })),
      messages: deliveries.map((row) => ({ message: row.message_id, state: row.state, at: row.at })),
    };
  }

  async traits(projectId: string): Promise<PropertyName[]> {
    const { admin, database } = await this.warehouse.project(projectId);
    const rows = await admin.rows<{ name: string; examples: string[] }>(traitNamesQuery(database));
    return rows.map(({ name, examples }) => ({ name, types: ['String'], examples }));
  }
}
