import { ObjectId } from 'bson';
import { setPath } from '../bson/path.js';
import { type BsonDocument, cloneValue, isDocument, isOperatorDocument } from '../bson/value.js';
import { CommandError } from '../command-error.js';
import { assertId } from './id.js';
import { isRegularExpression } from '../query/regular-expression.js';
import type { Update } from './update.js';

/** The document that an upsert inserts: what the query demands by equality, then the update. */
export function upsertedDocument(query: BsonDocument, update: Update): BsonDocument {
  const equalities: BsonDocument = {};
  addEqualities(query, equalities);
  const { _id: wantedId } = equalities;
  const base = update.isReplacement ? (wantedId === undefined ? {} : { _id: wantedId }) : equalities;
  const { _id = new ObjectId(), ...fields } = update.apply(base, true);
  assertId(_id);
  return { _id, ...fields };
}

function addEqualities(query: BsonDocument, document: BsonDocument): void {
  for (const [key, condition] of Object.entries(query)) {
    if (key === '$and' || (key === '$or' && Array.isArray(condition) && condition.length === 1)) {
      for (const branch of Array.isArray(condition) ? condition : [])
        if (isDocument(branch)) addEqualities(branch, document);
    } else if (!key.startsWith('$')) {
      const value = equalValue(condition);
      if (value !== undefined) setPath(document, assertPath(key), cloneValue(value));
    }
  }
}

function equalValue(condition: unknown): unknown {
  if (isRegularExpression(condition)) return undefined;
  if (!isOperatorDocument(condition)) return condition;
  const { $eq, $in, $all } = condition;
  const [list] = [$in, $all].filter((each) => Array.isArray(each) && each.length === 1) as unknown[][];
  const value = $eq ?? list?.[0];
  return isRegularExpression(value) || isOperatorDocument(value) ? undefined : value;
}

function assertPath(path: string): string[] {
  const steps = path.split('.');
  if (!steps.includes('')) return steps;
  throw new CommandError('BadValue', `the path '${path}' of the query cannot be made into a field`);
}
