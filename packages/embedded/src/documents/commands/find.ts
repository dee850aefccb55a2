import { decode, decodeFields } from '../bson/decoder.js';
import { encode } from '../bson/encoder.js';
import { isNumber, toWhole } from '../bson/numbers.js';
import type { BsonDocument } from '../bson/value.js';
import { badValue, CommandError } from '../command-error.js';
import { documentReply, type Reply } from '../protocol/reply.js';
import { prepareSearch } from '../query/match-records.js';
import type { SearchOptions } from '../query/plan.js';
import { orderedRecords } from '../query/ordered-records.js';
import { compileProjection, includedFields } from '../query/projection.js';
import { compileSort } from '../query/sort.js';
import { collectionAt, countAt, documentAt, flagAt, numberAt } from './arguments.js';
import type { Context, Handlers } from './context.js';
import { Cursor } from './cursor.js';
import { collationOf, variablesOf } from './read-options.js';

/** Commands that read documents as they are. */
export const findCommands: Handlers = {
  find,
  getmore: (command, context) => {
    const name = collectionAt(command, 'collection');
    return context.cursors.more(cursorId(command['getMore']), countAt(command, 'batchSize'), (cursor) => {
      if (cursor.namespace !== `${context.database}.${name}`) {
        throw new CommandError('Unauthorized', `the cursor was not made for ${context.database}.${name}`);
      }
      cursor.pace.begin(numberAt(command, 'maxTimeMS') ?? 0, () => context.connection.isClosed);
    });
  },
  killcursors: async (command, { cursors }) => {
    const ids = Array.isArray(command['cursors']) ? (command['cursors'] as unknown[]) : [];
    const [killed, unknown]: unknown[][] = [[], []];
    for (const id of ids) ((await cursors.kill(cursorId(id))) ? killed : unknown)!.push(id);
    return documentReply({
      cursorsKilled: killed,
      cursorsNotFound: unknown,
      cursorsAlive: [],
      cursorsUnknown: [],
      ok: 1,
    });
  },
};

async function find(command: BsonDocument, context: Context): Promise<Reply> {
  const namespace = `${context.database}.${collectionAt(command, 'find')}`;
  if (flagAt(command, 'tailable'))
    throw badValue('error processing query: tailable cursor requested on non capped collection');
  const limit = numberAt(command, 'limit') ?? 0;
  const cursor = new Cursor(namespace, results(command, context, namespace), context.pace);
  if (context.transaction) await cursor.drain();
  const isSingle = flagAt(command, 'singleBatch') || limit < 0;
  // a single batch of a limited query is that many documents
  const batchSize = limit < 0 ? -limit : countAt(command, 'batchSize');
  return context.cursors.start(cursor, batchSize, isSingle);
}

async function* results(command: BsonDocument, context: Context, namespace: string): AsyncGenerator<Buffer[]> {
  const collection = context.store.collection(namespace);
  const query = documentAt(command, 'filter') ?? {};
  const options = searchOptions(command, context, namespace);
  const shape = shaper(command, query, options);
  if (!collection) return;
  const search = prepareSearch(context, collection, query, options);
  const skip = countAt(command, 'skip') ?? 0;
  const limit = Math.abs(numberAt(command, 'limit') ?? 0) || Infinity;
  let toSkip = skip;
  let left = limit;
  for await (const batch of orderedRecords(context, search, options, skip + limit)) {
    const page = batch.slice(toSkip, toSkip + left);
    toSkip = Math.max(0, toSkip - batch.length);
    left -= page.length;
    if (page.length > 0) yield page.map(({ bytes }) => shape(bytes));
    if (left <= 0) return;
  }
}

/** What decides which documents a command finds, read from its fields. */
export function searchOptions(command: BsonDocument, context: Context, namespace: string): SearchOptions {
  const sort = documentAt(command, 'sort');
  const hasSort = sort !== undefined && Object.keys(sort).length > 0;
  if (hasSort && !('$natural' in sort)) compileSort(sort);
  return {
    sort: hasSort ? sort : undefined,
    hint: command['hint'],
    collation: collationOf(command, context.store.collection(namespace)),
    variables: variablesOf(command),
  };
}

function shaper(command: BsonDocument, query: BsonDocument, options: SearchOptions): (bytes: Buffer) => Buffer {
  const projection = documentAt(command, 'projection');
  if (!projection || Object.keys(projection).length === 0) return (bytes) => bytes;
  const project = compileProjection(projection, { isFind: true, query, collation: options.collation });
  const fields = includedFields(projection);
  const variables = options.variables ?? {};
  return (bytes) => encode(project(fields ? decodeFields(bytes, fields) : decode(bytes), variables));
}

function cursorId(value: unknown): bigint {
  const id = isNumber(value) ? toWhole(value) : undefined;
  if (id === undefined) throw new CommandError('TypeMismatch', 'a cursor id is a long');
  return id;
}
