import { identifier, sql } from '@pelton/sdk';
import { newId } from '../common/ids.js';
import { addColumn, createDatasetTable, deleteBatch, tableOf } from '../datasets/dataset.queries.js';
import { requestOf, shapeOf } from './read-request.js';
import { RowSink } from './row-sink.js';
import type { Load } from './sync-loader.service.js';

/** A state is saved after so many rows or milliseconds; what came after it is read again when a process dies. */
const SAVE_EVERY_ROWS = 50_000;
const SAVE_EVERY_MS = 5_000;

/**
 * Adds what is new to the dataset. Rows with a key replace those before them, so reading some twice does no harm. Rows
 * without one carry the part that they came with; a part that no state stands for is taken out before anything is read
 * again, so no row counts twice.
 */
export async function append(load: Load): Promise<void> {
  await prepareTable(load);
  try {
    await read(load);
    load.report.info(`Added ${load.report.rows} rows`);
  } finally {
    await load.record(); // what is confirmed stays, however it ends
  }
}

async function prepareTable({ sync, project: { admin }, columns }: Load): Promise<void> {
  const table = tableOf(sync.dataset);
  if (sync.state === null) await admin.run(sql`DROP TABLE IF EXISTS ${identifier(table)} SYNC`);
  await admin.run(createDatasetTable(table, shapeOf(sync, columns)));
  for (const column of columns) await admin.run(addColumn(table, column));
  if (isKeyless(sync) && sync.batch) await admin.run(deleteBatch(table, sync.batch));
}

async function read(load: Load): Promise<void> {
  const { sync, source, report, signal } = load;
  let { state } = sync;
  let part = await beginPart(load);
  try {
    for await (const message of source.read(requestOf(sync, state), signal)) {
      if (message.type === 'RECORDS') await part.sink.add(message.records);
      else if (message.type === 'LOG') report[message.level](message.message);
      else {
        state = JSON.stringify(message.state);
        nextSegment(part, report.rows);
        if (!isDue(part, report.rows)) continue;
        await part.sink.flush();
        part = await beginPart(load, state);
      }
    }
  } catch (error) {
    await part.sink.settle(); // whoever takes over takes out what no state stands for, and nothing may come after that
    if (!signal.aborted && state !== null) await keepConfirmed(load, part, state);
    throw error;
  }
  await part.sink.flush();
  await load.hold({ state, batch: null });
}

/** Rows between two saved states. Those between two states of the source are a segment of their own. */
interface Part {
  id: string;
  segment: number;
  sink: RowSink;
  rowsBefore: number;
  rowsAtState: number;
  begunAt: number;
}

/** Notes the part before any row of it is written; a state is saved in the same write. */
async function beginPart({ sync, project, report, hold }: Load, state?: string): Promise<Part> {
  const id = newId();
  await hold({ batch: isKeyless(sync) ? id : null, ...(state !== undefined && { state }) });
  const sink = new RowSink(project.admin, tableOf(sync.dataset), report);
  if (isKeyless(sync)) sink.batch = `${id}.0`;
  return { id, segment: 0, sink, rowsBefore: report.rows, rowsAtState: report.rows, begunAt: performance.now() };
}

function nextSegment(part: Part, rows: number): void {
  part.segment += 1;
  part.rowsAtState = rows;
  if (part.sink.batch !== undefined) part.sink.batch = `${part.id}.${part.segment}`;
}

/** A source that breaks in the middle goes on after its last state. */
async function keepConfirmed({ sync, project, hold, report }: Load, part: Part, state: string): Promise<void> {
  await part.sink.flush();
  if (part.sink.batch !== undefined && report.rows > part.rowsAtState)
    await project.admin.run(deleteBatch(tableOf(sync.dataset), part.sink.batch));
  await hold({ state, batch: null });
}

function isKeyless({ primaryKey }: Load['sync']): boolean {
  return primaryKey.length === 0;
}

function isDue({ rowsBefore, begunAt }: Part, rows: number): boolean {
  return rows - rowsBefore >= SAVE_EVERY_ROWS || performance.now() - begunAt >= SAVE_EVERY_MS;
}
