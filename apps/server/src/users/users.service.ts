import { Injectable } from '@nestjs/common';
import {
  AppError,
  type IdentityClaim,
  type IdentityPair,
  type PropertyName,
  type UserPortrait,
  type UserSummary,
} from '@pelton/contract';
import { type ProjectWarehouse, refreshIdentities } from '@pelton/warehouse';
import { WarehouseService } from '../infra/warehouse.service.js';
import { TagsService } from '../tags/tags.service.js';
import {
  identityQuery,
  traitNamesQuery,
  userAssignmentsQuery,
  userCountQuery,
  userIdentitiesQuery,
  userDeliveriesQuery,
  userGroupsQuery,
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

interface DeliveryRow {
  message_id: string;
  state: string;
  run_id: string;
  at: string;
}

interface IdentityRow {
  identifier: string;
  user_id: string;
  state: IdentityClaim['state'];
  said_by: IdentityClaim['saidBy'];
  first_at: string;
  last_at: string;
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
    const { admin, database } = await this.upToDate(projectId);
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
    const { admin, database } = await this.upToDate(projectId);
    return (await admin.row<{ users: number }>(userCountQuery(database))).users;
  }

  /** @throws NOT_FOUND for somebody without events and traits */
  async portrait(projectId: string, userId: string): Promise<UserPortrait> {
    const { admin, database } = await this.upToDate(projectId);
    const [user, groups, identities, tags, assignments, deliveries, definitions] = await Promise.all([
      admin.row<Omit<UserRow, 'user_id'>>(userQuery(database, userId)),
      admin.rows<{ type: string; item_id: string; at: string }>(userGroupsQuery(database, userId)),
      admin.rows<IdentityRow>(userIdentitiesQuery(database, userId)),
      admin.rows<{ tag_id: string; evidence: string; entered_at: string }>(userTagsQuery(database, userId)),
      admin.rows<{ experiment_id: string; variation: string; at: string }>(userAssignmentsQuery(database, userId)),
      admin.rows<DeliveryRow>(userDeliveriesQuery(database, userId)),
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
      groups: groups.map(({ type, item_id, at }) => ({ type, itemId: item_id, at })),
      identities: identities.map(toIdentity),
      tags: tags.map((row) => ({
        tag: row.tag_id,
        title: titles.get(row.tag_id) ?? row.tag_id,
        evidence: row.evidence,
        enteredAt: row.entered_at,
      })),
      experiments: assignments.map((row) => ({ experiment: row.experiment_id, variation: row.variation, at: row.at })),
      messages: deliveries.map((row) => ({
        message: row.message_id,
        state: row.state,
        runId: row.run_id,
        at: row.at,
      })),
    };
  }

  /** Makes an identifier's events and traits those of a user; undone by {@link split}. @throws PARAM_INVALID when the guards refuse it */
  async join(projectId: string, { identifier, userId }: IdentityPair): Promise<void> {
    if (identifier === userId)
      throw new AppError('PARAM_INVALID', { field: 'identifier', reason: `${identifier} is this user already` });
    const { admin, database } = await this.warehouse.project(projectId);
    const at = new Date().toISOString();
    const pair = { identifier, user_id: userId };
    await admin.insert('identity_splits', [{ ...pair, is_split: 0, at }]);
    await admin.insert('identity_claims', [{ ...pair, first_at: at, last_at: at, said_by: 'member' }]);
    const [claim] = await admin.rows<IdentityRow>(identityQuery(database, identifier, userId));
    if (claim && claim.state !== 'joined')
      throw new AppError('PARAM_INVALID', { field: 'identifier', reason: REFUSALS[claim.state] });
  }

  /** Parts what was joined: what is derived from it follows, and the same claim does not join it again. */
  async split(projectId: string, { identifier, userId }: IdentityPair): Promise<void> {
    const { admin } = await this.warehouse.project(projectId);
    const at = new Date().toISOString();
    await admin.insert('identity_splits', [{ identifier, user_id: userId, is_split: 1, at }]);
  }

  async traits(projectId: string): Promise<PropertyName[]> {
    const { admin, database } = await this.warehouse.project(projectId);
    const rows = await admin.rows<{ name: string; examples: string[] }>(traitNamesQuery(database));
    return rows.map(({ name, examples }) => ({ name, types: ['String'], examples }));
  }

  private async upToDate(projectId: string): Promise<ProjectWarehouse> {
    const project = await this.warehouse.project(projectId);
    await refreshIdentities(project);
    return project;
  }
}

const REFUSALS: Record<Exclude<IdentityClaim['state'], 'joined'>, string> = {
  split: 'They were parted',
  junk: 'One of the two stands for nobody in particular. Choose the id of a person',
  known: 'It is a known person of its own',
  taken: 'It belongs to another user by now. Part it from that one first',
  'too-many': 'The user has a hundred identifiers already; that is more than a person has',
};

function toIdentity(row: IdentityRow): IdentityClaim {
  return {
    identifier: row.identifier,
    userId: row.user_id,
    state: row.state,
    saidBy: row.said_by,
    firstAt: row.first_at,
    lastAt: row.last_at,
  };
}
