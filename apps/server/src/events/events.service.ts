import { Injectable } from '@nestjs/common';
import type { Event, EventName, PropertyName, Sql } from '@pelton/contract';
import { WarehouseService } from '../infra/warehouse.service.js';
import {
  eventNamesQuery,
  eventPageQuery,
  latestEventsQuery,
  propertyExamplesQuery,
  propertyNamesQuery,
} from './event.queries.js';

/** A row of `events` before it is stored. */
export interface NewEvent {
  messageId: string;
  type: string;
  event: string;
  userId: string;
  anonymousId?: string;
  timestamp: string;
  properties: Record<string, unknown>;
  context?: Record<string, unknown>;
  source: string;
}

interface EventRow {
  message_id: string;
  type: string;
  event: string;
  user_id: string;
  anonymous_id: string;
  timestamp: string;
  received_at: string;
  properties: string;
  context: string;
  source: string;
}

@Injectable()
export class EventsService {
  constructor(private readonly warehouse: WarehouseService) {}

  async list(
    projectId: string,
    page: { event: string; userId: string; source: string; limit: number; offset: number },
  ): Promise<Event[]> {
    const { admin, database } = await this.warehouse.project(projectId);
    const rows = await admin.rows<EventRow>(eventPageQuery(database, page));
    return rows.map(toEvent);
  }

  /** The latest events of which a condition holds, latest first. */
  async latest(projectId: string, condition: Sql, limit: number): Promise<Event[]> {
    const { admin, database } = await this.warehouse.project(projectId);
    const rows = await admin.rows<EventRow>(latestEventsQuery(database, condition, limit));
    return rows.map(toEvent);
  }

  async names(projectId: string): Promise<EventName[]> {
    const { admin, database } = await this.warehouse.project(projectId);
    const rows = await admin.rows<{ event: string; count: number; users: number; last_at: string }>(
      eventNamesQuery(database),
    );
    return rows.map(({ event, count, users, last_at }) => ({ event, count, users, lastAt: last_at }));
  }

  async properties(projectId: string, event: string): Promise<PropertyName[]> {
    const { admin, database } = await this.warehouse.project(projectId);
    const names = await admin.rows<{ name: string; types: string[] }>(propertyNamesQuery(database, event));
    return Promise.all(
      names.map(async ({ name, types }) => {
        const examples = await admin.rows<{ value: string }>(propertyExamplesQuery(database, event, name));
        return { name, types, examples: examples.map((row) => row.value.slice(0, 100)) };
      }),
    );
  }

  /** Stores events; durable when it resolves. The same message id stored again is the same event. */
  async store(projectId: string, events: NewEvent[]): Promise<void> {
    const { admin } = await this.warehouse.project(projectId);
    const receivedAt = new Date().toISOString();
    await admin.insert(
      'events',
      events.map((event) => ({
        message_id: event.messageId,
        type: event.type,
        event: event.event,
        user_id: event.userId,
        anonymous_id: event.anonymousId ?? '',
        timestamp: event.timestamp,
        received_at: receivedAt,
        properties: event.properties,
        context: event.context ?? {},
        source: event.source,
      })),
    );
  }
}

function toEvent(row: EventRow): Event {
  return {
    messageId: row.message_id,
    type: row.type,
    event: row.event,
    userId: row.user_id,
    anonymousId: row.anonymous_id,
    timestamp: row.timestamp,
    receivedAt: row.received_at,
    properties: JSON.parse(row.properties) as Event['properties'], // written by ClickHouse from a JSON column
    context: JSON.parse(row.context) as Event['context'],
    source: row.source,
  };
}
