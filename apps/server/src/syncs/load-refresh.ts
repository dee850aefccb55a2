import { type Column, isAppError, type Sql } from '@pelton/contract';
import { identifier, sql } from '@pelton/sdk';
import type { WarehouseClient } from '@pelton/warehouse';
import {
  createDatasetTable,
  fillFrom,
  generationOf,
  generationsOf,
  publishGeneration,
  sizeOf,
} from '../datasets/dataset.queries.js';
import { requestOf, shapeOf } from './read-request.js';
import { RowSink } from './row-sink.js';
import type { Load } from './sync-loader.service.js';

const LOOK_EVERY_MS = 1_000;

/**
 * Loads everything into a new generation, which takes the place of the old one when it is whole. Until that moment
 * readers see the old one, and whatever goes wrong leaves it as it was.
 */
export async function refresh(load: Load, relation: { sql: Sql; columns: Column[] } | undefined): Promise<void> {
  const { project, sync, columns, report, attempt } = load;
  const { admin } = project;
  const generation = generationOf(sync.dataset, attempt);
  await dropLeftBehind(load);
  await admin.run(createDatasetTable(generation, shapeOf(sync, columns)));
  let state: string | null = null;
  try {
    const isFilled = relation !== undefined && (await fillByWarehouse(load, generation, relation));
    if (!isFilled) state = await fillThroughPlugin(load, generation);
    await load.hold({}); // from here on it would be too late to notice that another attempt is at it
    await publishGeneration(project, generation, sync.dataset);
  } finally {
    await drop(admin, generation).catch(() => undefined); // the next run tries again
  }
  const { rows } = await load.record();
  await load.hold({ state, batch: null });
  report.info(`Loaded ${rows} rows`);
}

/** @returns false when the warehouse could not: rows through the plugin may do, and else tell better what is wrong */
async function fillByWarehouse(
  { project, report, signal }: Load,
  generation: string,
  relation: { sql: Sql; columns: Column[] },
): Promise<boolean> {
  const look = async () => {
    const [size] = await project.admin.rows<{ rows: number; bytes: number }>(sizeOf(project.database, generation));
    report.rows = size?.rows ?? 0;
    report.bytes = size?.bytes ?? 0;
  };
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_EVERY_MS); // it only shows progress
  try {
    await project.admin.run(fillFrom(generation, relation.sql, relation.columns), { signal });
  } catch (error) {
    if (!isAppError(error) || error.code !== 'SQL_FAILED') throw error;
    report.warn(`The warehouse cannot read it by itself, so the rows come through Pelton. ${error.message}`);
    report.way = 'streamed';
    await project.admin.run(sql`TRUNCATE TABLE ${identifier(generation)}`);
    return false;
  } finally {
    clearInterval(timer);
  }
  await look();
  return true;
}

/** @returns the last state that the source told, as JSON */
async function fillThroughPlugin({ project, sync, source, report, signal }: Load, generation: string) {
  report.rows = 0;
  report.bytes = 0;
  const sink = new RowSink(project.admin, generation, report);
  let state: string | null = null;
  for await (const message of source.read(requestOf(sync, null), signal)) {
    if (message.type === 'RECORDS') await sink.add(message.records);
    else if (message.type === 'STATE') state = JSON.stringify(message.state);
    else report[message.level](message.message);
  }
  await sink.flush();
  return state;
}

/** Whoever comes later drops what came before, never the other way round: who is late may only drop what is its own. */
async function dropLeftBehind({ project, sync, hold }: Load): Promise<void> {
  const { admin, database } = project;
  const left = await admin.rows<{ name: string }>(generationsOf(database, sync.dataset));
  await hold({});
  for (const { name } of left) await drop(admin, name);
}

async function drop(admin: WarehouseClient, table: string): Promise<void> {
  await admin.run(sql`DROP TABLE IF EXISTS ${identifier(table)} SYNC`);
}
