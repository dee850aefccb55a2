import { Binary, BSONRegExp, BSONSymbol, EJSON, ObjectId, Timestamp } from 'bson';
import { compareNumbers, isNumber } from './numbers.js';
import { type BsonDocument, isDocument, typeOf, type TypeName } from './value.js';

/**
 * Places of the types in MongoDB's order.
 * @see https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
 */
const ranks: Record<TypeName, number> = {
  minKey: 0,
  missing: 5,
  null: 5,
  int: 10,
  long: 10,
  double: 10,
  decimal: 10,
  string: 15,
  symbol: 15,
  object: 20,
  array: 25,
  binData: 30,
  objectId: 35,
  bool: 40,
  date: 45,
  timestamp: 50,
  regex: 55,
  javascript: 60,
  maxKey: 99,
};

const emptyArrayRank = 4;

/** Ranks of types that have one value only. */
const singleValueRanks = new Set([ranks.minKey, emptyArrayRank, ranks.null, ranks.maxKey]);

/** The place of a value's type; values of one rank are compared by value. */
export function rankOf(value: unknown): number {
  return typeof value === 'symbol' ? emptyArrayRank : ranks[typeOf(value)];
}

/** Compares strings in place of their UTF-8 bytes, for a collation. */
export type StringComparison = (left: string, right: string) => number;

/** MongoDB's total order of values: negative, zero or positive. */
export function compareValues(left: unknown, right: unknown, strings: StringComparison = compareStrings): number {
  if (typeof left === 'number' && typeof right === 'number') return compareNumbers(left, right);
  if (typeof left === 'string' && typeof right === 'string') return strings(left, right);
  const rank = rankOf(left);
  const difference = rank - rankOf(right);
  if (difference !== 0) return difference;
  if (isNumber(left) && isNumber(right)) return compareNumbers(left, right);
  if (Array.isArray(left) && Array.isArray(right)) return compareArrays(left, right, strings);
  if (isDocument(left) && isDocument(right)) return compareDocuments(left, right, strings);
  if (left instanceof ObjectId && right instanceof ObjectId) return Buffer.compare(left.id, right.id);
  if (left instanceof Date && right instanceof Date) return left.getTime() - right.getTime();
  if (left instanceof Binary && right instanceof Binary) return compareBinaries(left, right);
  if (left instanceof Timestamp && right instanceof Timestamp) return left.compare(right);
  if (singleValueRanks.has(rank)) return 0;
  if (typeof left === 'boolean') return Number(left) - Number(right);
  return strings(textOf(left), textOf(right));
}

/** Whether two values are the same to a query: numbers by value, documents field by field in order. */
export function areEqual(left: unknown, right: unknown, strings?: StringComparison): boolean {
  return compareValues(left, right, strings) === 0;
}

/** Strings in the order of their UTF-8 bytes, which is the order of their code points. */
export function compareStrings(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const a = left.charCodeAt(i);
    const b = right.charCodeAt(i);
    if (a !== b) return codePointOrder(a) - codePointOrder(b);
  }
  return left.length - right.length;
}

/** Surrogates stand for code points above all single units, though their numbers are below some of them. */
function codePointOrder(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function compareArrays(left: unknown[], right: unknown[], strings: StringComparison): number {
  for (let i = 0; i < left.length && i < right.length; i++) {
    const order = compareValues(left[i], right[i], strings);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareDocuments(left: BsonDocument, right: BsonDocument, strings: StringComparison): number {
  const leftFields = Object.keys(left);
  const rightFields = Object.keys(right);
  for (let i = 0; i < leftFields.length && i < rightFields.length; i++) {
    const [a, b] = [leftFields[i]!, rightFields[i]!];
    const order =
      rankOf(left[a]) - rankOf(right[b]) || compareStrings(a, b) || compareValues(left[a], right[b], strings);
    if (order !== 0) return order;
  }
  return leftFields.length - rightFields.length;
}

function compareBinaries(left: Binary, right: Binary): number {
  const order = left.length() - right.length() || left.sub_type - right.sub_type;
  return order || Buffer.compare(bytesOf(left), bytesOf(right));
}

/** The bytes of a binary value without the spare room behind them. */
export function bytesOf(binary: Binary): Uint8Array {
  return binary.buffer.subarray(0, binary.position);
}

/** The text that orders values of the rarer types. */
export function textOf(value: unknown): string {
  if (value instanceof BSONRegExp) return `${value.pattern}\0${value.options}`;
  if (value instanceof BSONSymbol) return value.valueOf();
  return typeof value === 'string' ? value : EJSON.stringify(value);
}
