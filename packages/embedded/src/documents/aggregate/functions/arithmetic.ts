import {
  add,
  asDouble,
  asInteger,
  type BsonNumber,
  divide,
  isNumber,
  multiply,
  subtract,
  toDecimal,
  toNumber,
  toWhole,
} from '../../bson/numbers.js';
import { typeOf } from '../../bson/value.js';
import { badValue, CommandError } from '../../command-error.js';
import type { ExpressionFunction } from '../expression.js';

/** Operators on numbers; null or missing in gives null. */
export const arithmeticFunctions: Readonly<Record<string, ExpressionFunction>> = {
  $add: (...values) => sumOf(values),
  $subtract: (left, right) => {
    if (isAbsent(left) || isAbsent(right)) return null;
    if (left instanceof Date && right instanceof Date) return asLong(left.getTime() - right.getTime());
    if (left instanceof Date) return new Date(left.getTime() - toNumber(numberOf('$subtract', right)));
    return subtract(numberOf('$subtract', left), numberOf('$subtract', right));
  },
  $multiply: (...values) => {
    if (values.some(isAbsent)) return null;
    return values.map((value) => numberOf('$multiply', value)).reduce(multiply, 1);
  },
  $divide: (left, right) => {
    if (isAbsent(left) || isAbsent(right)) return null;
    const divisor = numberOf('$divide', right);
    if (toNumber(divisor) === 0) throw badValue("can't $divide by zero");
    return divide(numberOf('$divide', left), divisor);
  },
  $mod: (left, right) => {
    if (isAbsent(left) || isAbsent(right)) return null;
    return remainder(numberOf('$mod', left), numberOf('$mod', right));
  },
  $abs: (value) => ofNumber('$abs', value, (number) => (toNumber(number) < 0 ? subtract(0, number) : number)),
  $ceil: (value) => ofNumber('$ceil', value, (number) => ofFraction(number, Math.ceil)),
  $floor: (value) => ofNumber('$floor', value, (number) => ofFraction(number, Math.floor)),
  $trunc: (value, place) => ofNumber('$trunc', value, (number) => atPlace(number, place, Math.trunc)),
  $round: (value, place) => ofNumber('$round', value, (number) => atPlace(number, place, roundHalfEven)),
  $pow: (base, exponent) => {
    if (isAbsent(base) || isAbsent(exponent)) return null;
    const [left, right] = [numberOf('$pow', base), numberOf('$pow', exponent)];
    const result = toNumber(left) ** toNumber(right);
    const areWhole = typeOf(left) !== 'double' && typeOf(right) !== 'double' && Number.isSafeInteger(result);
    return areWhole ? asInteger(BigInt(result)) : asDouble(result);
  },
};

/** The sum of numbers, or a date moved by numbers of milliseconds. */
function sumOf(values: unknown[]): unknown {
  if (values.some(isAbsent)) return null;
  const dates = values.filter((value) => value instanceof Date);
  const sum = values
    .filter((value) => !(value instanceof Date))
    .map((value) => numberOf('$add', value))
    .reduce(add, 0);
  const [date, ...others] = dates;
  if (others.length > 0) throw badValue('only one date allowed in an $add expression');
  return date ? new Date(date.getTime() + toNumber(sum)) : sum;
}

function remainder(left: BsonNumber, right: BsonNumber): BsonNumber {
  if (toNumber(right) === 0) throw badValue("can't $mod by zero");
  const isWhole = typeOf(left) !== 'double' && typeOf(right) !== 'double';
  const [a, b] = [toWhole(left), toWhole(right)];
  return isWhole && a !== undefined && b !== undefined ? asInteger(a % b) : asDouble(toNumber(left) % toNumber(right));
}

function ofFraction(number: BsonNumber, change: (value: number) => number): BsonNumber {
  const type = typeOf(number);
  if (type === 'int' || type === 'long') return number;
  const changed = asDouble(change(toNumber(number)));
  return type === 'decimal' ? toDecimal(changed) : changed;
}

function atPlace(number: BsonNumber, place: unknown, change: (value: number) => number): BsonNumber {
  const places = isNumber(place) ? toNumber(place) : 0;
  const type = typeOf(number);
  const isWhole = type === 'int' || type === 'long';
  if (isWhole && places >= 0) return number;
  const moved = change(shift(toNumber(number), places));
  const result = shift(moved, -places);
  if (isWhole) return asInteger(BigInt(result));
  return type === 'decimal' ? toDecimal(asDouble(result)) : asDouble(result);
}

/** Moves the decimal point in the text of the number, which does not round as a multiplication would. */
function shift(value: number, places: number): number {
  const [digits, exponent = '0'] = String(value).split('e');
  return Number(`${digits}e${Number(exponent) + places}`);
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

function ofNumber(name: string, value: unknown, change: (number: BsonNumber) => BsonNumber): unknown {
  return isAbsent(value) ? null : change(numberOf(name, value));
}

function asLong(value: number): unknown {
  return asInteger(BigInt(value));
}

/** Whether MongoDB treats a value as not there: null or missing. */
export function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/** @throws TypeMismatch when an operator that needs a number gets something else */
export function numberOf(operator: string, value: unknown): BsonNumber {
  if (isNumber(value)) return value;
  throw new CommandError('TypeMismatch', `${operator} only supports numeric types, not ${typeOf(value)}`);
}
