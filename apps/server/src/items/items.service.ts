import { Injectable } from '@nestjs/common';
import {
  AppError,
  type Item,
  type ItemChange,
  type ItemPage,
  type ItemSummary,
  type RelatedName,
} from '@pelton/contract';
import { refreshIdentities } from '@pelton/warehouse';
import type { Page } from '../common/page.js';
import { EventsService } from '../events/events.service.js';
import { WarehouseService } from '../infra/warehouse.service.js';
import { UsersService } from '../users/users.service.js';
import {
  itemCountQuery,
  itemHistoryQuery,
  itemPageQuery,
  itemPropertyNamesQuery,
  itemQuery,
  memberPageQuery,
  refersTo,
} from './item.queries.js';
import { ItemTypesService } from './item-types.service.js';

interface ItemRow {
  item_id: string;
  properties: Record<string, string>;
  updated_at: string;
  members: number;
}

const EVENTS_SHOWN = 20;

/** Items and groups: business entities that events refer to, or that users belong to. */
@Injectable()
export class ItemsService {
  constructor(
    private readonly types: ItemTypesService,
    private readonly warehouse: WarehouseService,
    private readonly events: EventsService,
    private readonly users: UsersService,
  ) {}

  async list(projectId: string, type: string, page: Page): Promise<ItemPage> {
    const project = await this.warehouse.project(projectId);
    await refreshIdentities(project);
    const { admin, database } = project;
    const [rows, { total }] = await Promise.all([
      admin.rows<ItemRow>(itemPageQuery(database, type, page)),
      admin.row<{ total: number }>(itemCountQuery(database, type, page.search)),
    ]);
    return { total, items: rows.map(toSummary) };
  }

  /** @throws NOT_FOUND */
  async find(projectId: string, type: string, itemId: string): Promise<Item> {
    const project = await this.warehouse.project(projectId);
    await refreshIdentities(project);
    const { admin, database } = project;
    const described = await this.types.find(projectId, type);
    const [row] = await admin.rows<ItemRow>(itemQuery(database, type, itemId));
    if (!row) throw new AppError('NOT_FOUND', { noun: type, name: itemId });
    const about = refersTo(database, type, itemId, described.referredBy);
    const [history, members, events] = await Promise.all([
      admin.rows<ItemChange>(itemHistoryQuery(database, type, itemId)),
      admin.rows<{ user_id: string; since: string }>(memberPageQuery(database, type, itemId)),
      this.events.latest(projectId, about, EVENTS_SHOWN),
    ]);
    const memberList = members.map(({ user_id, since }) => ({ userId: user_id, at: since }));
    return { ...toSummary(row), type: described, history, memberList, events };
  }

  /** Values of users and items that conditions and breakdowns of events may name. */
  async fields(projectId: string): Promise<RelatedName[]> {
    const { admin, database } = await this.warehouse.project(projectId);
    const [traits, references, rows] = await Promise.all([
      this.users.traits(projectId),
      this.types.references(projectId),
      admin.rows<{ type: string; name: string; examples: string[] }>(itemPropertyNamesQuery(database)),
    ]);
    const ofUsers = traits.map((trait): RelatedName => ({ ...trait, name: `@user.${trait.name}`, of: 'user' }));
    const ofItems = rows.flatMap(({ type, name, examples }): RelatedName[] => {
      const reference = references.find((candidate) => candidate.type === type);
      if (!reference) return [];
      return [{ name: `@${type}.${name}`, types: ['String'], examples, of: reference.hasMembers ? 'group' : 'item' }];
    });
    return [...ofUsers, ...ofItems];
  }
}

function toSummary(row: ItemRow): ItemSummary {
  return { itemId: row.item_id, properties: row.properties, updatedAt: row.updated_at, members: row.members };
}
