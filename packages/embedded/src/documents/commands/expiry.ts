import { isNumber, toNumber } from '../bson/numbers.js';
import type { BsonDocument } from '../bson/value.js';
import { CommandError } from '../command-error.js';
import { Pace } from '../pace.js';
import type { Collection } from '../store/collection.js';
import { changeAll, removeRecord } from './change-records.js';
import type { Context, ServerState } from './context.js';

/** Removes the documents whose time in a TTL index is over. */
export async function removeExpired(state: ServerState, now: Date, isStopped: () => boolean): Promise<void> {
  for (const collection of state.store.allCollections()) {
    for (const { specification } of collection.indexes) {
      const { expireAfterSeconds, key, partialFilterExpression = {} } = specification;
      const [path, ...others] = Object.keys(key);
      if (!isNumber(expireAfterSeconds) || path === undefined || others.length > 0) continue;
      const moment = new Date(now.getTime() - toNumber(expireAfterSeconds) * 1000);
      const query = { $and: [{ [path]: { $lte: moment } }, partialFilterExpression] };
      await removeMatches(state, collection, query, isStopped);
    }
  }
}

async function removeMatches(
  state: ServerState,
  collection: Collection,
  query: BsonDocument,
  isStopped: () => boolean,
): Promise<void> {
  const pace = new Pace();
  pace.begin(0, isStopped);
  const connection = { number: 0, isAuthenticated: true, isClosed: false };
  const context: Context = {
    ...state,
    connection,
    database: collection.database,
    sequences: new Map(),
    transaction: undefined,
    pace,
  };
  const target = { namespace: collection.name, query, options: {} };
  try {
    await changeAll(context, target, removeRecord, () => undefined);
  } catch (error) {
    // the server stops; what is left expires after the next start
    if (!(error instanceof CommandError)) throw error;
  }
}
