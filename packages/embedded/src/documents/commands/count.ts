import { decode, decodeFields } from '../bson/decoder.js';
import { elementValues } from '../bson/path.js';
import type { BsonDocument } from '../bson/value.js';
import { valueKey } from '../bson/value-key.js';
import { badValue, CommandError } from '../command-error.js';
import { documentReply, type Reply } from '../protocol/reply.js';
import { foldFor } from '../query/collation.js';
import { matchRecords, prepareSearch } from '../query/match-records.js';
import type { SearchOptions } from '../query/plan.js';
import { RecordScan } from '../query/record-scan.js';
import { planQuery } from '../query/plan.js';
import { collectionAt, countAt, documentAt, numberAt, stringAt } from './arguments.js';
import type { Context, Handlers } from './context.js';
import { searchOptions } from './find.js';

/** Commands that answer with figures about what a query finds. */
export const countCommands: Handlers = { count, distinct, explain };

async function count(command: BsonDocument, context: Context): Promise<Reply> {
  const namespace = `${context.database}.${collectionAt(command, 'count')}`;
  const query = documentAt(command, 'query') ?? {};
  const skip = countAt(command, 'skip') ?? 0;
  const limit = Math.abs(numberAt(command, 'limit') ?? 0) || Infinity;
  const options = searchOptions(command, context, namespace);
  const all = await countMatches(context, namespace, query, options, skip + limit);
  return documentReply({ n: Math.min(Math.max(0, all - skip), limit), ok: 1 });
}

async function countMatches(
  context: Context,
  namespace: string,
  query: BsonDocument,
  options: SearchOptions,
  most: number,
): Promise<number> {
  const collection = context.store.collection(namespace);
  if (!collection) return 0;
  const search = prepareSearch(context, collection, query, options);
  if (Object.keys(query).length === 0 && !context.transaction) return collection.count;
  let found = 0;
  for await (const batch of matchRecords(context, search, most)) found += batch.length;
  return found;
}

async function distinct(command: BsonDocument, context: Context): Promise<Reply> {
  const namespace = `${context.database}.${collectionAt(command, 'distinct')}`;
  const path = stringAt(command, 'key')?.split('.');
  if (!path) throw badValue("distinct needs a 'key'");
  const options = searchOptions(command, context, namespace);
  const collection = context.store.collection(namespace);
  const fold = foldFor(options.collation);
  const values = new Map<string, unknown>();
  if (collection) {
    const search = prepareSearch(context, collection, documentAt(command, 'query') ?? {}, options);
    const fields = new Set([path[0]!]);
    for await (const batch of matchRecords(context, search)) {
      for (const { bytes } of batch) {
        for (const value of elementValues(decodeFields(bytes, fields), path)) {
          const key = valueKey(typeof value === 'string' && fold ? fold(value) : value);
          if (!values.has(key)) values.set(key, value);
        }
      }
    }
  }
  return documentReply({ values: [...values.values()], ok: 1 });
}

/** Says how a query would be served, and with `executionStats` what it took. */
async function explain(command: BsonDocument, context: Context): Promise<Reply> {
  const inner = documentAt(command, 'explain') ?? {};
  const [name = ''] = Object.keys(inner);
  const namespace = `${context.database}.${collectionAt(inner, name)}`;
  const statement = explained(name, inner);
  const options = searchOptions(statement, context, namespace);
  const query = documentAt(statement, 'filter') ?? {};
  const collection = context.store.collection(namespace);
  const plan = collection && planQuery(collection, query, options);
  const indexes = plan?.kind === 'union' ? plan.plans : plan?.kind === 'index' ? [plan] : [];
  const names = indexes.map(({ index }) => index.specification.name);
  const winningPlan = {
    stage: names.length > 0 ? 'IXSCAN' : collection ? 'COLLSCAN' : 'EOF',
    ...(names.length > 0 && { indexName: names.join(', ') }),
    isSorted: plan?.isSorted === true,
  };
  const answer = { queryPlanner: { namespace, winningPlan, rejectedPlans: [] }, ok: 1 };
  if (command['verbosity'] === 'queryPlanner' || !collection || !plan) return documentReply(answer);
  const { test } = prepareSearch(context, collection, query, options).filter;
  const scan = new RecordScan(context.store.tables, collection, plan);
  let found = 0;
  for (let isDone = false; !isDone; await context.pace.restIfDue()) {
    isDone = true;
    for (const { bytes } of scan.resume()) {
      if (test(decode(bytes), options.variables)) found++;
      if (!context.pace.isDue) continue;
      isDone = false;
      break;
    }
  }
  const { keys, documents } = scan.examined;
  const executionStats = { nReturned: found, totalKeysExamined: keys, totalDocsExamined: documents };
  return documentReply({ ...answer, executionStats });
}

/** What is explained, in the form of a find. */
function explained(name: string, inner: BsonDocument): BsonDocument {
  const [statement] = [inner['updates'], inner['deletes']].flatMap((list) =>
    Array.isArray(list) ? (list as BsonDocument[]) : [],
  );
  switch (name) {
    case 'find':
      return inner;
    case 'count':
    case 'distinct':
    case 'findAndModify':
      return { ...inner, filter: inner['query'] };
    case 'update':
    case 'delete':
      return { filter: statement?.['q'], collation: statement?.['collation'], hint: statement?.['hint'] };
    case 'aggregate': {
      const [first, second] = Array.isArray(inner['pipeline']) ? (inner['pipeline'] as BsonDocument[]) : [];
      return { ...inner, filter: first?.['$match'], sort: second?.['$sort'] };
    }
    default:
      throw new CommandError('CommandNotFound', `Explain failed due to unknown command: ${name}`);
  }
}
