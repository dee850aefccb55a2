import { compareStrings, compareValues, type StringComparison } from '../bson/compare.js';
import { matchedValues } from '../bson/path.js';
import { type BsonDocument, emptyArray, isDocument } from '../bson/value.js';
import { badValue } from '../command-error.js';
import { type Collation, stringComparison } from './collation.js';

/** A compiled sort: the values that order a document, and their order. */
export interface Sort {
  keysOf(document: unknown): unknown[];
  compare(left: readonly unknown[], right: readonly unknown[]): number;
  /** The top-level fields that the order depends on. */
  readonly fields: ReadonlySet<string>;
}

/**
 * Compiles a sort specification of paths and directions.
 * An array counts as its smallest element when ascending, as its largest when descending.
 */
export function compileSort(specification: BsonDocument, collation?: Collation): Sort {
  const strings = collation ? stringComparison(collation) : compareStrings;
  const parts = Object.entries(specification).map(([path, direction]) => ({
    path: path.split('.'),
    sign: signOf(path, direction),
  }));
  return {
    fields: new Set(parts.map(({ path }) => path[0]!)),
    keysOf: (document) => parts.map(({ path, sign }) => extreme(matchedValues(document, path), sign, strings)),
    compare(left, right) {
      for (let i = 0; i < parts.length; i++) {
        const order = compareValues(left[i], right[i], strings);
        if (order !== 0) return order * parts[i]!.sign;
      }
      return 0;
    },
  };
}

/** Compares array elements: by paths if they are documents, or as they are if the path is empty. */
export function compareBy(specification: BsonDocument): (left: unknown, right: unknown) => number {
  if (Object.hasOwn(specification, '')) {
    const sign = signOf('', specification['']);
    return (left, right) => compareValues(left, right) * sign;
  }
  const sort = compileSort(specification);
  const keysOf = (value: unknown) => sort.keysOf(isDocument(value) ? value : {});
  return (left, right) => sort.compare(keysOf(left), keysOf(right));
}

function signOf(path: string, direction: unknown): 1 | -1 {
  const number = Number(direction);
  if (isDocument(direction) || (number !== 1 && number !== -1)) {
    throw badValue(`the sort order of '${path}' must be 1 (ascending) or -1 (descending)`);
  }
  return number;
}

function extreme(values: readonly unknown[], sign: 1 | -1, strings: StringComparison): unknown {
  if (values.length === 1 && !Array.isArray(values[0])) return values[0];
  let best: unknown;
  let isFirst = true;
  for (const value of values) {
    const elements: unknown[] = Array.isArray(value) ? (value.length > 0 ? value : [emptyArray]) : [value];
    for (const element of elements) {
      if (!isFirst && compareValues(element, best, strings) * sign >= 0) continue;
      best = element;
      isFirst = false;
    }
  }
  return best;
}
