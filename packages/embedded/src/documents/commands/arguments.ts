import { isNumber, toNumber } from '../bson/numbers.js';
import { type BsonDocument, isDocument, isTruthy, typeOf } from '../bson/value.js';
import { CommandError } from '../command-error.js';

/** Readers of a command's fields; each refuses a value of the wrong type with code 14. */

function wrongType(field: string, value: unknown, expected: string): CommandError {
  return new CommandError(
    'TypeMismatch',
    `BSON field '${field}' is the wrong type '${typeOf(value)}', expected ${expected}`,
  );
}

/** A document; missing and null are undefined. */
export function documentAt(command: BsonDocument, field: string): BsonDocument | undefined {
  const value = command[field];
  if (value === undefined || value === null) return undefined;
  if (!isDocument(value)) throw wrongType(field, value, 'object');
  return value;
}

/** A list of documents; missing is empty. */
export function documentsAt(command: BsonDocument, field: string): BsonDocument[] {
  const value = command[field] ?? [];
  if (!Array.isArray(value)) throw wrongType(field, value, 'array');
  return value.map((element: unknown) => {
    if (!isDocument(element)) throw wrongType(field, element, 'object');
    return element;
  });
}

/** A whole number; missing is undefined. */
export function numberAt(command: BsonDocument, field: string): number | undefined {
  const value = command[field];
  if (value === undefined || value === null) return undefined;
  if (!isNumber(value)) throw wrongType(field, value, 'a number');
  return Math.trunc(toNumber(value));
}

/** A whole number that is not below zero; missing is undefined. */
export function countAt(command: BsonDocument, field: string): number | undefined {
  const value = numberAt(command, field);
  if (value !== undefined && value < 0) {
    throw new CommandError('Location51091', `BSON field '${field}' value must be >= 0, actual value '${value}'`);
  }
  return value;
}

/** A text; missing is undefined. */
export function stringAt(command: BsonDocument, field: string): string | undefined {
  const value = command[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw wrongType(field, value, 'string');
  return value;
}

/** Whether a field is given and true in MongoDB's sense. */
export function flagAt(command: BsonDocument, field: string): boolean {
  return isTruthy(command[field]);
}

/** The name of the collection that a command is for: the value of its first field. */
export function collectionAt(command: BsonDocument, field: string): string {
  const name = command[field];
  if (typeof name === 'string' && name !== '') return name;
  throw new CommandError('InvalidNamespace', `collection name has invalid type ${typeOf(name)}`);
}
