import type { ClickHouseSettings } from '@clickhouse/client';
import { identifier, sql } from '@pelton/sdk';
import { openClient, type WarehouseClient } from './client.js';
import { migrate } from './migrate.js';

/** What SQL that a person or a foreign plugin wrote may use at most, where the warehouse has no user of its own for it. */
const READER_LIMITS: ClickHouseSettings = { readonly: '1', max_execution_time: 60, max_memory_usage: '4000000000' };

/** A message may be stored more than once until the warehouse merges its copies; whoever writes SQL need not know that. */
const READER_SETTINGS: ClickHouseSettings = { final: 1 };

/** The database of one project, seen by its two users. */
export interface ProjectWarehouse {
  database: string;
  /** May do everything in the project's database; runs only SQL that Pelton itself wrote. */
  admin: WarehouseClient;
  /** May only read, within limits; runs what people and foreign plugins wrote, after the gate. */
  reader: WarehouseClient;
}

export interface Warehouse {
  /** Makes the project's database if it is not there, and brings its tables up to date. */
  project(projectId: string): Promise<ProjectWarehouse>;
  dropProject(projectId: string): Promise<void>;
  /** Answers when the warehouse does. @throws SERVICE_DOWN */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the warehouse, whatever stands behind the URL.
 * @param readerUrl a read-only user of the same warehouse; without it, the first user reads with `readonly` set
 */
export function openWarehouse(options: { url: string; readerUrl?: string | undefined }): Warehouse {
  const root = openClient(options.url, 'default');
  const projects = new Map<string, Promise<ProjectWarehouse>>();

  const open = async (projectId: string): Promise<ProjectWarehouse> => {
    const database = databaseOf(projectId);
    await root.run(sql`CREATE DATABASE IF NOT EXISTS ${identifier(database)}`);
    const admin = openClient(options.url, database);
    const reader = options.readerUrl
      ? openClient(options.readerUrl, database, READER_SETTINGS)
      : openClient(options.url, database, { ...READER_SETTINGS, ...READER_LIMITS });
    await migrate(admin);
    return { database, admin, reader };
  };

  const project = (projectId: string) => {
    const known = projects.get(projectId);
    if (known) return known;
    const opening = open(projectId);
    projects.set(projectId, opening);
    opening.catch(() => projects.delete(projectId)); // the next caller tries again
    return opening;
  };

  const closeProject = async (opening: Promise<ProjectWarehouse>) => {
    const { admin, reader } = await opening;
    await Promise.all([admin.close(), reader.close()]);
  };

  return {
    project,
    async dropProject(projectId) {
      const opening = projects.get(projectId);
      projects.delete(projectId);
      if (opening) await closeProject(opening);
      await root.run(sql`DROP DATABASE IF EXISTS ${identifier(databaseOf(projectId))} SYNC`);
    },
    async ping() {
      await root.rows(sql`SELECT 1`);
    },
    async close() {
      await Promise.allSettled([...projects.values()].map(closeProject));
      await root.close();
    },
  };
}

function databaseOf(projectId: string): string {
  return `pelton_${projectId}`;
}
