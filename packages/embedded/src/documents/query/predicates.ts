import { MaxKey, MinKey } from 'bson';
import { areEqual, compareStrings, compareValues, rankOf, type StringComparison } from '../bson/compare.js';
import { isNumber, toNumber, toWhole } from '../bson/numbers.js';
import { showValue } from '../bson/show.js';
import { typeOf, type TypeName } from '../bson/value.js';
import { valueKey } from '../bson/value-key.js';
import { badValue } from '../command-error.js';
import { isRegularExpression, readRegularExpression } from './regular-expression.js';

/** A test of one value; undefined stands for a missing field. */
export type Predicate = (value: unknown) => boolean;

/** Makes the test of an operator; the options are those of `$regex`. */
type ValueOperator = (operand: unknown, strings: StringComparison, options: unknown) => Predicate;

/** The operators that look at one value at a time. */
export const valueOperators: Readonly<Record<string, ValueOperator>> = {
  $eq: equals,
  $in: isIn,
  $gt: (operand, strings) => isOrdered(operand, (order) => order > 0, strings),
  $gte: (operand, strings) => isOrdered(operand, (order) => order >= 0, strings),
  $lt: (operand, strings) => isOrdered(operand, (order) => order < 0, strings),
  $lte: (operand, strings) => isOrdered(operand, (order) => order <= 0, strings),
  $regex: (operand, _strings, options) => matches(operand, options),
  $type: hasType,
  $size: hasSize,
  $mod: hasRemainder,
  $bitsAllSet: (operand) => hasBits(operand, (set, mask) => set === mask),
  $bitsAnySet: (operand) => hasBits(operand, (set) => set !== 0n),
  $bitsAllClear: (operand) => hasBits(operand, (set) => set === 0n),
  $bitsAnyClear: (operand) => hasBits(operand, (set, mask) => set !== mask),
};

/** A value matches, or one element of an array does. */
function anyElement(test: Predicate): Predicate {
  return (value) => test(value) || (Array.isArray(value) && value.some(test));
}

/** Equality as queries have it: null also matches a missing field, a regular expression only itself. */
export function equals(operand: unknown, strings: StringComparison): Predicate {
  if (typeof operand === 'string') {
    return anyElement((value) => typeof value === 'string' && strings(value, operand) === 0);
  }
  if (operand === undefined) throw badValue('cannot compare to undefined');
  return anyElement((value) => areEqual(value, operand, strings));
}

/** A member of the list, or what one of its regular expressions finds. */
export function isIn(operand: unknown, strings: StringComparison): Predicate {
  const operands = arrayOf(operand, '$in');
  const isLong = operands.length > 8 && strings === compareStrings;
  const compared = isLong ? operands.filter(isRegularExpression) : operands;
  const tests = compared.map((each) => (isRegularExpression(each) ? matches(each) : equals(each, strings)));
  if (isLong) {
    const keys = new Set(operands.filter((each) => !isRegularExpression(each)).map(valueKey));
    tests.push(anyElement((value) => keys.has(valueKey(value))));
  }
  return (value) => tests.some((test) => test(value));
}

/** Order within one type; MinKey and MaxKey compare with every type. */
function isOrdered(operand: unknown, accepts: (order: number) => boolean, strings: StringComparison): Predicate {
  const rank = rankOf(operand);
  const isBound = operand instanceof MinKey || operand instanceof MaxKey;
  const isNotANumber = isNumber(operand) && Number.isNaN(toNumber(operand));
  return anyElement((value) => {
    if (value === undefined && operand !== null) return false;
    if (isBound) return accepts(compareValues(value, operand, strings));
    if (rankOf(value) !== rank) return false;
    const isOther = rank === 10 && isNumber(value) && Number.isNaN(toNumber(value)) !== isNotANumber;
    return !isOther && accepts(compareValues(value, operand, strings));
  });
}

/** Strings that a regular expression finds something in, and the same regular expression stored. */
export function matches(operand: unknown, options?: unknown): Predicate {
  const expression = readRegularExpression(operand, options);
  return anyElement(
    (value) =>
      (typeof value === 'string' && expression.test(value)) || (isRegularExpression(value) && areEqual(value, operand)),
  );
}

const typeNumbers: Record<number, TypeName> = {
  [-1]: 'minKey',
  1: 'double',
  2: 'string',
  3: 'object',
  4: 'array',
  5: 'binData',
  7: 'objectId',
  8: 'bool',
  9: 'date',
  10: 'null',
  11: 'regex',
  13: 'javascript',
  14: 'symbol',
  16: 'int',
  17: 'timestamp',
  18: 'long',
  19: 'decimal',
  127: 'maxKey',
};

/** One of the types given by name or number; `number` stands for all four. */
function hasType(operand: unknown): Predicate {
  const wanted = new Set((Array.isArray(operand) ? operand : [operand]).flatMap(typeNames));
  return anyElement((value) => wanted.has(typeOf(value)));
}

function typeNames(operand: unknown): TypeName[] {
  if (operand === 'number') return ['int', 'long', 'double', 'decimal'];
  const name = isNumber(operand) ? typeNumbers[toNumber(operand)] : operand;
  const known = Object.values(typeNumbers).find((each) => each === name);
  if (!known) throw badValue(`Unknown type name alias: ${showValue(operand)}`);
  return [known];
}

/** An array of exactly this many elements. */
function hasSize(operand: unknown): Predicate {
  const size = isNumber(operand) ? toWhole(operand) : undefined;
  if (size === undefined || size < 0n) throw badValue('$size needs a whole number, not below zero');
  return (value) => Array.isArray(value) && value.length === Number(size);
}

/** `[divisor, remainder]`, both cut to whole numbers, and so is the value. */
function hasRemainder(operand: unknown): Predicate {
  const [divisor, remainder, ...rest] = arrayOf(operand, '$mod').map((each) =>
    isNumber(each) ? truncated(each) : undefined,
  );
  if (divisor === undefined || remainder === undefined || rest.length > 0) throw badValue('malformed mod');
  if (divisor === 0n) throw badValue('divisor cannot be 0');
  return anyElement((value) => {
    const whole = isNumber(value) ? truncated(value) : undefined;
    return whole !== undefined && whole % divisor === remainder;
  });
}

function truncated(value: Parameters<typeof toNumber>[0]): bigint | undefined {
  const whole = toWhole(value);
  if (whole !== undefined) return whole;
  const number = Math.trunc(toNumber(value));
  return Number.isFinite(number) ? BigInt(number) : undefined;
}

/** `$bitsAllSet` and its kin: the mask is a number or a list of bit places. */
function hasBits(operand: unknown, accepts: (set: bigint, mask: bigint) => boolean): Predicate {
  const places = Array.isArray(operand) ? operand : undefined;
  const mask = places
    ? places.reduce<bigint>((bits, place) => bits | (1n << BigInt(toNumber(place as number))), 0n)
    : isNumber(operand)
      ? toWhole(operand)
      : undefined;
  if (mask === undefined || mask < 0n) throw badValue('a bit mask is a whole number or a list of places');
  return anyElement((value) => {
    const whole = isNumber(value) ? toWhole(value) : undefined;
    return whole !== undefined && accepts(whole & mask, mask);
  });
}

/** @throws BadValue when the operand is not an array */
export function arrayOf(operand: unknown, operator: string): unknown[] {
  if (!Array.isArray(operand)) throw badValue(`${operator} needs an array`);
  return operand;
}
