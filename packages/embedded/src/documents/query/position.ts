import { isArrayIndex } from '../bson/path.js';
import { type BsonDocument, getField, isDocument, isOperatorDocument } from '../bson/value.js';
import type { Collation } from './collation.js';
import { compileFilter } from './filter.js';

/** The place in an array of the element that made a document match, for the positional `$`. */
export function positionOf(document: BsonDocument, query: BsonDocument, collation?: Collation): number | undefined {
  let position: number | undefined;
  for (const [key, condition] of Object.entries(query)) {
    if (key.startsWith('$')) {
      if (key === '$and' || key === '$or') position = branchPosition(document, condition, key, collation) ?? position;
      continue;
    }
    position = fieldPosition(document, key.split('.'), condition, collation) ?? position;
  }
  return position;
}

function branchPosition(
  document: BsonDocument,
  branches: unknown,
  key: string,
  collation?: Collation,
): number | undefined {
  const list = Array.isArray(branches) ? branches.filter(isDocument) : [];
  const met = key === '$and' ? list : list.filter((branch) => compileFilter(branch, { collation }).test(document));
  for (const branch of met) {
    const position = positionOf(document, branch, collation);
    if (position !== undefined) return position;
  }
  return undefined;
}

/** Follows the path to the first array on it and finds the first element that meets the condition alone. */
function fieldPosition(
  document: BsonDocument,
  path: readonly string[],
  condition: unknown,
  collation: Collation | undefined,
): number | undefined {
  let value: unknown = document;
  for (let i = 0; i <= path.length; i++) {
    if (Array.isArray(value)) {
      if (i < path.length && isArrayIndex(path[i]!)) return Number(path[i]);
      return elementPosition(value, path.slice(i), condition, collation);
    }
    if (!isDocument(value) || i === path.length) return undefined;
    value = getField(value, path[i]!);
  }
  return undefined;
}

function elementPosition(
  elements: readonly unknown[],
  rest: readonly string[],
  condition: unknown,
  collation: Collation | undefined,
): number | undefined {
  const isElementMatch = isOperatorDocument(condition) && isDocument(condition['$elemMatch']);
  const path = ['element', ...rest].join('.');
  const { test } = compileFilter({ [path]: condition }, { collation });
  const found = elements.findIndex((element) =>
    test({ element: isElementMatch && rest.length === 0 ? [element] : element }),
  );
  return found < 0 ? undefined : found;
}
