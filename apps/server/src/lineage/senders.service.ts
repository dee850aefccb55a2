import { Injectable } from '@nestjs/common';
import { bind, sql } from '@pelton/sdk';
import { WarehouseService } from '../infra/warehouse.service.js';

/** What a source, such as `segment`, said by itself: events of a name, a trait of users, or items of a type. */
export interface Said {
  source: string;
  noun: 'event' | 'trait' | 'item';
  name: string;
  /** Properties of the items; of events a definition tells which it reads. */
  columns: string[];
}

/** How many identify and group calls are looked at for what they say. */
const LOOKED_AT = 20_000;

/** Finds out which senders of events say what, as far as the events themselves tell. */
@Injectable()
export class SendersService {
  constructor(private readonly warehouse: WarehouseService) {}

  async said(projectId: string): Promise<Said[]> {
    const { admin } = await this.warehouse.project(projectId);
    // What Pelton notes itself, such as a message that it sent, nobody sends to it.
    const events = sql`SELECT toString(source) AS source, 'event' AS noun, toString(event) AS name, [] AS columns FROM events WHERE type != 'system' AND source != 'experiment' AND event != '' GROUP BY source, name LIMIT 500`;
    // A trait that is an object is one trait, whose name its paths begin with.
    const name = sql`if(path IN (SELECT DISTINCT toString(trait) FROM user_traits), path, splitByChar('.', path)[1])`;
    const traits = sql`SELECT source, 'trait' AS noun, ${name} AS name, [] AS columns FROM (SELECT toString(source) AS source, JSONAllPaths(properties) AS paths FROM events WHERE event = 'Identified' AND type = 'identify' LIMIT ${bind('UInt32', LOOKED_AT)}) ARRAY JOIN paths AS path GROUP BY source, name LIMIT 500`;
    const items = sql`SELECT source, 'item' AS noun, name, arraySort(groupUniqArrayArray(paths)) AS columns FROM (SELECT toString(source) AS source, if(toString(properties.group_type) = '', 'group', toString(properties.group_type)) AS name, arrayFilter(path -> path NOT IN ('group_id', 'group_type'), JSONAllPaths(properties)) AS paths FROM events WHERE event = 'Group Joined' AND type = 'group' LIMIT ${bind('UInt32', LOOKED_AT)}) GROUP BY source, name LIMIT 100`;
    const all = sql`${events} UNION ALL ${traits} UNION ALL ${items}`;
    return admin.rows<Said>(sql`SELECT * FROM (${all}) ORDER BY source, noun, name`);
  }
}
