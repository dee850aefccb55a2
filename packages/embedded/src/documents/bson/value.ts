import { bsonType, BSONValue, Decimal128, Double, Long } from 'bson';

/** A decoded document; the order of its fields is the order on the wire. */
export type BsonDocument = { [field: string]: unknown };

/** MongoDB's names of the value types, as `$type` takes them, and `missing` for no value at all. */
export type TypeName =
  | 'missing'
  | 'minKey'
  | 'null'
  | 'int'
  | 'long'
  | 'double'
  | 'decimal'
  | 'string'
  | 'symbol'
  | 'object'
  | 'array'
  | 'binData'
  | 'objectId'
  | 'bool'
  | 'date'
  | 'timestamp'
  | 'regex'
  | 'javascript'
  | 'maxKey';

/** Stands for an empty array where values are ordered: in indexes and sorts it has a place of its own, below null. */
export const emptyArray = Symbol('empty array');

const classTypes: Record<string, TypeName> = {
  Binary: 'binData',
  BSONRegExp: 'regex',
  BSONSymbol: 'symbol',
  Code: 'javascript',
  DBRef: 'object',
  Decimal128: 'decimal',
  Double: 'double',
  Int32: 'int',
  Long: 'long',
  MaxKey: 'maxKey',
  MinKey: 'minKey',
  ObjectId: 'objectId',
  Timestamp: 'timestamp',
};

/**
 * The BSON type of a decoded value.
 * A JavaScript number stands for what its encoding gives: int for whole numbers of 32 bits, else double.
 */
export function typeOf(value: unknown): TypeName {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return isInt32(value) ? 'int' : 'double';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'long';
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return 'date';
  if (value instanceof BSONValue) return classTypes[value[bsonType]] ?? 'object';
  return value instanceof RegExp ? 'regex' : 'object';
}

/** Whether a JavaScript number is encoded as a BSON int; minus zero is a double. */
export function isInt32(value: number): boolean {
  return (value | 0) === value && !Object.is(value, -0);
}

/** Whether a value is an embedded document, not an array and not one of BSON's own classes. */
export function isDocument(value: unknown): value is BsonDocument {
  if (value === null || typeof value !== 'object') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Whether the value is a condition such as `{ $gt: 1 }`: a document whose first field is an operator. */
export function isOperatorDocument(value: unknown): value is BsonDocument {
  if (!isDocument(value)) return false;
  const [first] = Object.keys(value);
  return first !== undefined && first.startsWith('$') && first !== '$ref' && first !== '$id' && first !== '$db';
}

/** Copies documents and arrays; every other value is never changed in place and is shared. */
export function cloneValue<T>(value: T): T;
export function cloneValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((element: unknown) => cloneValue(element));
  if (!isDocument(value)) return value;
  const copy: BsonDocument = {};
  for (const field of Object.keys(value)) setField(copy, field, cloneValue(value[field]));
  return copy;
}

/** Sets a field by definition, so that the name `__proto__` is a field like any other. */
export function setField(document: BsonDocument, field: string, value: unknown): void {
  if (field !== '__proto__') document[field] = value;
  else Object.defineProperty(document, field, { value, writable: true, enumerable: true, configurable: true });
}

/** The value of a field that the document itself has. */
export function getField(document: BsonDocument, field: string): unknown {
  return Object.hasOwn(document, field) ? document[field] : undefined;
}

function isWrappedZero(value: unknown): boolean {
  const isNumber = value instanceof Long || value instanceof Double || value instanceof Decimal128;
  return isNumber && Number(value.toString()) === 0;
}

/** MongoDB's truth: everything but false, null, missing and any zero. */
export function isTruthy(value: unknown): boolean {
  if (value === undefined || value === null || typeof value === 'boolean') return value === true;
  return typeof value === 'number' ? value !== 0 : !isWrappedZero(value);
}
