import {
  AppError,
  type ConnectorMessage,
  cursorValue,
  inBatches,
  type ReadRequest,
  type StreamInfo,
  withCursorStates,
} from '@pelton/sdk';
import { BSON, type Db } from 'mongodb';
import { explain, openDatabase } from './connect.js';
import type { MongoContext } from './connection-config.js';
import { columnsOf, toRow } from './values.js';

/** Documents at each end of a collection that its columns are told from. */
const SAMPLE = 500;
const BATCH = 1_000;

export async function check(context: MongoContext): Promise<{ ok: boolean; message: string }> {
  try {
    const names = await withDatabase(context, collectionNames);
    return names.length > 0
      ? { ok: true, message: `${names.length} collections in ${context.config.database}` }
      : { ok: false, message: `${context.config.database} has no collections. Check the name of the database.` };
  } catch (error) {
    if (error instanceof AppError) return { ok: false, message: error.message };
    throw error;
  }
}

/** @param only the one collection to look at */
export function discover(context: MongoContext, only?: string): Promise<StreamInfo[]> {
  return withDatabase(context, (database) => discoverIn(database, only));
}

async function withDatabase<T>(context: MongoContext, work: (database: Db) => Promise<T>): Promise<T> {
  const { database, close } = await openDatabase(context);
  try {
    return await work(database);
  } catch (error) {
    throw explain(context, error);
  } finally {
    await close();
  }
}

async function collectionNames(database: Db): Promise<string[]> {
  const found = await database.listCollections({}, { nameOnly: true }).toArray();
  const names = found.map(({ name }) => name).filter((name) => !name.startsWith('system.'));
  return names.sort();
}

async function discoverIn(database: Db, only: string | undefined): Promise<StreamInfo[]> {
  const names = (await collectionNames(database)).filter((name) => only === undefined || name === only);
  return Promise.all(names.map((name) => describe(database, name)));
}

async function describe(database: Db, name: string): Promise<StreamInfo> {
  const collection = database.collection(name);
  const [first, latest, rows] = await Promise.all([
    collection.find().sort({ _id: 1 }).limit(SAMPLE).toArray(),
    collection.find().sort({ _id: -1 }).limit(SAMPLE).toArray(),
    collection.estimatedDocumentCount(),
  ]);
  const columns = columnsOf([...first, ...latest]);
  const times = columns.filter(({ type }) => type.includes('DateTime')).map((column) => column.name);
  const rank = (column: string) => (/updat|modif|chang/i.test(column) ? 0 : 1);
  const cursors = [...times.sort((a, b) => rank(a) - rank(b)), '_id'];
  return { name, title: name, columns, rows, primaryKey: ['_id'], cursors };
}

export async function* read(
  context: MongoContext,
  { stream }: { stream: string },
  request: ReadRequest,
): AsyncGenerator<ConnectorMessage> {
  const { database, close } = await openDatabase(context);
  try {
    const collection = database.collection(stream);
    if (request.mode === 'full_refresh') {
      const documents = collection.find().batchSize(BATCH);
      for await (const batch of inBatches(documents, BATCH)) yield { type: 'RECORDS', records: batch.map(toRow) };
    } else yield* readNew(collection, request);
  } catch (error) {
    throw explain(context, error);
  } finally {
    await close();
  }
}

/** A cursor's value is kept as extended JSON, so that it is compared as the type that it has. */
async function* readNew(
  collection: ReturnType<Db['collection']>,
  { cursor, primaryKey, state }: Extract<ReadRequest, { mode: 'incremental' }>,
): AsyncGenerator<ConnectorMessage> {
  if (!cursor)
    throw new AppError('PARAM_INVALID', {
      field: 'cursor',
      reason: 'Choose the field that tells what is new, such as _id',
    });
  const before = cursorValue(cursor, state);
  const value: unknown =
    before === undefined ? undefined : (BSON.EJSON.parse(String(before)) as { value: unknown }).value;
  const filter = value === undefined ? {} : { [cursor]: { [primaryKey.length > 0 ? '$gte' : '$gt']: value } };
  const marks = new WeakMap<object, string>();
  const documents = collection
    .find(filter)
    .sort({ [cursor]: 1 })
    .batchSize(BATCH);
  const rows = documents.map((document) => {
    const row = toRow(document);
    const mark: unknown = document[cursor];
    if (mark !== null && mark !== undefined) marks.set(row, BSON.EJSON.stringify({ value: mark }, { relaxed: false }));
    return row;
  });
  yield* withCursorStates(inBatches(rows, BATCH), cursor, (row) => marks.get(row) ?? null);
}
