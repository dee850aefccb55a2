import { isNumber, toNumber } from '../bson/numbers.js';
import { CommandError } from '../command-error.js';
import { Pace } from '../pace.js';
import type { Collection } from '../store/collection.js';
import { changeAll, removeRecord } from './change-records.js';
import type { Context, ServerState } from './context.js';

/** Removes the documents whose time in a TTL index is over. */
export async function removeExpired(state: ServerState, now: Date, isStopped: () => boolean): Promise<void> {
  for (const collection of state.store.allCollections()) {
    for (const { specification } of collection.indexes) {
      const { expireAfterSeconds, key } = specification;
      const [path, ...others] = Object.keys(key);
      if (!isNumber(expireAfterSeconds) || path === undefined || others.length > 0) continue;
      await removeBefore(
        state,
        collection,
        path,
        new Date(now.getTime() - toNumber(expireAfterSeconds) * 1000),
        isStopped,
      );
    }
  }
}

async function removeBefore(
  state: ServerState,
  collection: Collection,
  path: string,
  moment: Date,
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
  const target = { namespace: collection.name, query: { [path]: { $lte: moment } }, options: {} };
  try {
    await changeAll(context, target, removeRecord, () => undefined);
  } catch (error) {
    // the server stops; what is left expires after the next start
    if (!(error instanceof CommandError)) throw error;
  }
}
