import type { Variables } from '../aggregate/expression.js';
import { areEqual } from '../bson/compare.js';
import { afterPrefix, encodeKey, maxKeyBytes, typePrefix } from '../bson/index-key.js';
import { type BsonDocument, getField, isDocument } from '../bson/value.js';
import { badValue } from '../command-error.js';
import type { CollectionIndex } from '../store/collection-index.js';
import type { Collection } from '../store/collection.js';
import { valuesKey } from '../store/record-key.js';
import { type Collation, sameCollation } from './collation.js';
import { type Bound, conditionsOf, type PathCondition } from './conditions.js';

/** A stretch of an index: keys from the first to before the second. */
export interface KeyRange {
  readonly start: Buffer;
  readonly end: Buffer;
}

/** Where the records that may match a query are found; a filter still looks at each. */
export type Plan =
  | { readonly kind: 'collection'; readonly isReverse: boolean; readonly isSorted: boolean }
  | IndexPlan
  | { readonly kind: 'union'; readonly plans: readonly IndexPlan[]; readonly isSorted: false };

export interface IndexPlan {
  readonly kind: 'index';
  readonly index: CollectionIndex;
  readonly ranges: readonly KeyRange[];
  readonly isReverse: boolean;
  /** Whether the records come in the order that was asked for. */
  readonly isSorted: boolean;
}

/** What decides, besides the query, which documents match and where they are looked for. */
export interface SearchOptions {
  readonly sort?: BsonDocument | undefined;
  readonly collation?: Collation | undefined;
  readonly hint?: unknown;
  readonly variables?: Variables | undefined;
}

/** So many places of an index are looked at one by one; a longer `$in` is left to the filter. */
const mostRanges = 100_000;

const scan: Plan = { kind: 'collection', isReverse: false, isSorted: false };

/**
 * Chooses how to find the records: the index with the most fields given by value, then by range, then in order.
 * @throws BadValue when the hint names no index
 */
export function planQuery(collection: Collection, query: BsonDocument, options: SearchOptions = {}): Plan {
  const { sort, hint } = options;
  const order = sort?.['$natural'];
  const natural = order ?? (isDocument(hint) ? hint['$natural'] : undefined);
  if (natural !== undefined) {
    return { kind: 'collection', isReverse: Number(natural) < 0, isSorted: order !== undefined };
  }
  const conditions = conditionsOf(query, options.variables);
  const ready = collection.indexes.filter(({ isReady }) => isReady);
  const indexes = hint === undefined ? ready : [hintedIndex(ready, hint)];
  const candidates = indexes.flatMap((index) => planIndex(index, query, conditions, options) ?? []);
  const [best] = candidates.toSorted((left, right) => right.score - left.score);
  if (best) return best.plan;
  return planBranches(collection, query, options) ?? scan;
}

/** A query with an `$or` is found through the indexes of all its branches, if each has one. */
function planBranches(
  collection: Collection,
  { $or: branches }: BsonDocument,
  options: SearchOptions,
): Plan | undefined {
  if (!Array.isArray(branches)) return undefined;
  const plans: IndexPlan[] = [];
  for (const branch of branches as unknown[]) {
    const plan = isDocument(branch)
      ? planQuery(collection, branch, { collation: options.collation, variables: options.variables })
      : scan;
    if (plan.kind !== 'index') return undefined;
    plans.push(plan);
  }
  return { kind: 'union', plans, isSorted: false };
}

function hintedIndex(indexes: readonly CollectionIndex[], hint: unknown): CollectionIndex {
  const found = indexes.find(({ specification: { name, key } }) => name === hint || areEqual(key, hint));
  if (!found) throw badValue('hint provided does not correspond to an existing index');
  return found;
}

interface Candidate {
  readonly plan: IndexPlan;
  readonly score: number;
}

function planIndex(
  index: CollectionIndex,
  query: BsonDocument,
  conditions: ReadonlyMap<string, PathCondition>,
  { sort, collation, hint }: SearchOptions,
): Candidate | undefined {
  if (!coversQuery(index, query, conditions)) return undefined;
  const { ranges, fixed, hasRange } = rangesOf(index, conditions, collation);
  const isOnePlace = ranges.length === 1;
  const direction = isOnePlace && sort && !collation ? sortDirection(index, sort, fixed) : undefined;
  if (fixed === 0 && !hasRange && direction === undefined && hint === undefined) return undefined;
  const isAll = index.isUnique && fixed === index.paths.length;
  const use = fixed * 10 + (hasRange ? 5 : 0) + (direction ? 3 : 0) + (isAll ? 1000 : 0);
  return {
    plan: { kind: 'index', index, ranges, isReverse: direction === -1, isSorted: direction !== undefined },
    // of two that are as useful, the one with fewer places to look at and then the smaller one
    score: use - Math.log10(ranges.length + 1) - index.paths.length / 100,
  };
}

/** Turns the conditions on the first fields of an index into stretches of its keys. */
function rangesOf(
  index: CollectionIndex,
  conditions: ReadonlyMap<string, PathCondition>,
  collation: Collation | undefined,
): { ranges: KeyRange[]; fixed: number; hasRange: boolean } {
  const isSameOrder = sameCollation(index.specification.collation, collation);
  const paths = Object.keys(index.specification.key);
  let prefixes: Buffer[] = [Buffer.alloc(0)];
  let hasMultikey = false;
  for (const [i, path] of paths.entries()) {
    const field = index.fields[i]!;
    const isMultikey = index.traits.isMultikey[i] === true;
    // two conditions may be met by different elements of an array, which are in different entries
    const condition = isMultikey && hasMultikey ? undefined : conditions.get(path);
    hasMultikey ||= isMultikey;
    const values = condition?.equal?.every((value) => isSameOrder || !hasStrings(value)) ? condition.equal : undefined;
    if (values && prefixes.length * values.length <= mostRanges) {
      const keys = values.map((value) => encodeKey([value], [field]).bytes);
      prefixes = prefixes.flatMap((prefix) => keys.map((key) => Buffer.concat([prefix, key])));
      continue;
    }
    const bounds = condition && !condition.equal ? boundsOf(condition, index, i) : undefined;
    // the keys of strings are in the order of code points, which is not that of a collation
    const isOrdered = (isSameOrder && !collation) || !hasStrings((condition?.lower ?? condition?.upper)?.value);
    const range = isOrdered ? bounds : undefined;
    return { ranges: toRanges(index, prefixes, range), fixed: i, hasRange: range !== undefined };
  }
  return { ranges: toRanges(index, prefixes), fixed: paths.length, hasRange: false };
}

/** Where the values between two bounds are in a field of an index. */
function boundsOf({ lower, upper }: PathCondition, { fields, traits }: CollectionIndex, i: number): KeyRange {
  const field = fields[i]!;
  const whole = typePrefix((lower ?? upper)?.value, field);
  // an array may meet the two bounds with two elements, so only one of them can be relied on
  const high = traits.isMultikey[i] && lower ? undefined : upper;
  const [first, last] = field.isDescending ? [high, lower] : [lower, high];
  const edge = (bound: Bound | undefined, isEnd: boolean) => {
    if (!bound) return isEnd ? afterPrefix(whole) : whole;
    const { bytes, isExact } = encodeKey([bound.value], [field]);
    // other values may have the same inexact key, so it is looked at even if the bound is not included
    const isIncluded = bound.isInclusive || !isExact || traits.isInexact;
    return isIncluded === isEnd ? afterPrefix(bytes) : bytes;
  };
  return { start: edge(first, false), end: edge(last, true) };
}

function toRanges(index: CollectionIndex, prefixes: readonly Buffer[], bound?: KeyRange): KeyRange[] {
  const ranges = prefixes.map((prefix) => {
    // a longer key is cut in the index, and its bounds with it
    const isWhole = prefix.length + Math.max(bound?.start.length ?? 0, bound?.end.length ?? 0) <= maxKeyBytes;
    const first = isWhole && bound ? Buffer.concat([prefix, bound.start]) : prefix.subarray(0, maxKeyBytes);
    const start = valuesKey(index.number, first);
    const end = isWhole && bound ? valuesKey(index.number, Buffer.concat([prefix, bound.end])) : afterPrefix(start);
    return { start, end };
  });
  const sorted = ranges.toSorted((left, right) => Buffer.compare(left.start, right.start));
  return sorted.filter(({ start }, i) => i === 0 || !start.equals(sorted[i - 1]!.start));
}

/** Whether every match of the query is in the index: sparse and partial ones leave documents out. */
function coversQuery(
  { specification, partialFilter }: CollectionIndex,
  query: BsonDocument,
  conditions: ReadonlyMap<string, PathCondition>,
): boolean {
  const isPresent = (path: string) => {
    const condition = conditions.get(path);
    return condition !== undefined && !condition.equal?.includes(null);
  };
  if (specification.sparse && !Object.keys(specification.key).some(isPresent)) return false;
  if (!partialFilter) return true;
  return Object.entries(specification.partialFilterExpression ?? {}).every(([path, wanted]) => {
    const isExistence = isDocument(wanted) && areEqual(wanted, { $exists: true });
    return isExistence ? isPresent(path) : areEqual(getField(query, path), wanted) && wanted !== undefined;
  });
}

/** The direction in which an index gives a sort its order, if it does; the first fields have one value each. */
function sortDirection(index: CollectionIndex, sort: BsonDocument, fixed: number): 1 | -1 | undefined {
  const { isMultikey, isInexact } = index.traits;
  if (isInexact || !index.isSimple || isMultikey.some(Boolean)) return undefined;
  const paths = Object.keys(index.specification.key);
  const given = new Set(paths.slice(0, fixed));
  const wanted = Object.entries(sort).filter(([path]) => !given.has(path));
  const directions = wanted.map(([path, direction], i) => {
    if (paths[fixed + i] !== path) return undefined;
    return Number(direction) < 0 === index.fields[fixed + i]!.isDescending ? 1 : -1;
  });
  const [first = 1] = directions;
  return directions.every((direction) => direction === first) ? first : undefined;
}

function hasStrings(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasStrings);
  return isDocument(value) ? Object.values(value).some(hasStrings) : typeof value === 'string';
}
