import { Injectable } from '@nestjs/common';
import { bind, sql } from '@pelton/sdk';
import { type ProjectSql, WarehouseService } from '../infra/warehouse.service.js';

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
  private readonly known = new Map<string, { state: string; said: Promise<Said[]> }>();

  constructor(private readonly warehouse: WarehouseService) {}

  /** Looked for anew only when something was stored or removed since, which the names of the parts of the tables tell. */
  async said(projectId: string): Promise<Said[]> {
    const project = await this.warehouse.project(projectId);
    const { state } = await project.admin.row<{ state: string }>(
      sql`SELECT hex(sipHash128(arraySort(groupArray((table, name))))) AS state FROM system.parts WHERE active AND database = ${project.database} AND table IN ('events', 'user_traits')`,
    );
    const known = this.known.get(projectId);
    if (known?.state === state) return known.said;
    const said = this.find(project);
    this.known.set(projectId, { state, said });
    said.catch(() => this.known.delete(projectId)); // the next one to ask tries again
    return said;
  }

  private find({ admin }: ProjectSql): Promise<Said[]> {
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
