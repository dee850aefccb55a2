import { Timestamp } from 'bson';
import { compareValues } from '../bson/compare.js';
import { add, asInteger, type BsonNumber, isNumber, multiply, toWhole } from '../bson/numbers.js';
import { type BsonDocument, cloneValue, isDocument, typeOf } from '../bson/value.js';
import { badValue, CommandError } from '../command-error.js';
import type { Slot } from './update-path.js';

/** What a modifier knows besides its place and operand. */
export interface ModifierContext {
  /** The document that is being changed. */
  readonly document: BsonDocument;
  /** The path as the client wrote it, for messages. */
  readonly path: string;
  readonly now: Date;
  /** Whether the document is being made by an upsert. */
  readonly isInsert: boolean;
}

/** Changes one place of a document. */
export type Modifier = (slot: Slot, operand: unknown, context: ModifierContext) => void;

/** Update operators on single values. */
export const valueModifiers: Readonly<Record<string, Modifier>> = {
  $set: (slot, operand) => slot.set(cloneValue(operand)),
  $setOnInsert: (slot, operand, { isInsert }) => {
    if (isInsert) slot.set(cloneValue(operand));
  },
  $unset: (slot) => slot.remove(),
  $inc: (slot, operand, { path }) => {
    const amount = numberOf(operand, `Cannot increment with non-numeric argument: {${path}}`);
    slot.set(slot.value === undefined ? amount : changed('$inc', slot.value, amount, path, add));
  },
  $mul: (slot, operand, { path }) => {
    const factor = numberOf(operand, `Cannot multiply with non-numeric argument: {${path}}`);
    slot.set(slot.value === undefined ? multiply(0, factor) : changed('$mul', slot.value, factor, path, multiply));
  },
  $min: (slot, operand) => {
    if (slot.value === undefined || compareValues(operand, slot.value) < 0) slot.set(cloneValue(operand));
  },
  $max: (slot, operand) => {
    if (slot.value === undefined || compareValues(operand, slot.value) > 0) slot.set(cloneValue(operand));
  },
  $currentDate: (slot, operand, { now }) => {
    const type = isDocument(operand) ? operand['$type'] : 'date';
    if (type === 'date') slot.set(now);
    else if (type === 'timestamp') slot.set(new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 }));
    else throw badValue('The $type of $currentDate must be date or timestamp');
  },
  $bit: (slot, operand, { path }) => {
    for (const [operation, mask] of Object.entries(isDocument(operand) ? operand : {})) {
      const current = slot.value ?? 0;
      const [left, right] = [
        isNumber(current) ? toWhole(current) : undefined,
        isNumber(mask) ? toWhole(mask) : undefined,
      ];
      const combine = bitOperations[operation];
      if (left === undefined || right === undefined || !combine) {
        throw badValue(`$bit needs and, or, xor of whole numbers at '${path}'`);
      }
      slot.set(asInteger(combine(left, right)));
    }
  },
};

const bitOperations: Readonly<Record<string, (left: bigint, right: bigint) => bigint>> = {
  and: (left, right) => left & right,
  or: (left, right) => left | right,
  xor: (left, right) => left ^ right,
};

function changed(
  operator: string,
  current: unknown,
  amount: BsonNumber,
  path: string,
  change: (left: BsonNumber, right: BsonNumber) => BsonNumber,
): BsonNumber {
  const type = typeOf(current);
  const message = `Cannot apply ${operator} to a value of non-numeric type. The field '${path}' is of type ${type}`;
  const result = change(numberOf(current, message), amount);
  const isWhole = [type, typeOf(amount)].every((each) => each === 'int' || each === 'long');
  if (isWhole && typeOf(result) === 'double') {
    throw badValue(`Failed to apply ${operator} operations to current value: '${path}' does not fit a long any more`);
  }
  return result;
}

function numberOf(value: unknown, message: string): BsonNumber {
  if (isNumber(value)) return value;
  throw new CommandError('TypeMismatch', message);
}
