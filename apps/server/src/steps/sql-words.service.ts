import { Injectable } from '@nestjs/common';
import type { Column, SqlWords } from '@pelton/contract';
import { identifier, sql } from '@pelton/sdk';
import { WarehouseService } from '../infra/warehouse.service.js';

/** What SQL steps may read besides their input. */
const TABLES = [
  'events',
  'users',
  'item_properties',
  'memberships',
  'tag_members',
  'metric_values',
  'assignments',
  'deliveries',
];

/** Tells editors which functions pass the gate and which columns the project's tables have. */
@Injectable()
export class SqlWordsService {
  constructor(private readonly warehouse: WarehouseService) {}

  async words(projectId: string): Promise<SqlWords> {
    const { gate, reader } = await this.warehouse.project(projectId);
    const tables = TABLES.map(async (table): Promise<[string, Column[]]> => [
      table,
      await reader.columns(sql`SELECT * FROM ${identifier(table)}`),
    ]);
    const [functions, columns] = await Promise.all([gate.functions(), Promise.all(tables)]);
    return { functions, tables: Object.fromEntries(columns) };
  }
}
