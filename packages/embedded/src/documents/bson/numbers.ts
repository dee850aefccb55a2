import { Decimal128, Double, Int32, Long } from 'bson';
import {
  addDecimals,
  compareDecimals,
  type Decimal,
  decimalFromDouble,
  divideDecimals,
  multiplyDecimals,
  parseDecimal,
  roundTo,
  toDecimal128,
} from './decimal.js';
import { isInt32, typeOf } from './value.js';

/** A number of any of the four BSON types. */
export type BsonNumber = number | bigint | Int32 | Double | Long | Decimal128;

type NumberType = 'int' | 'long' | 'double' | 'decimal';

export function isNumber(value: unknown): value is BsonNumber {
  if (typeof value === 'number') return true;
  const type = typeOf(value);
  return type === 'int' || type === 'long' || type === 'double' || type === 'decimal';
}

/** The nearest double. */
export function toNumber(value: BsonNumber): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return value instanceof Decimal128 ? Number(value.toString()) : Number(value.valueOf());
}

/** A double as it is kept in a document: wrapped when its value would be taken for an int. */
export function asDouble(value: number): number | Double {
  return isInt32(value) ? new Double(value) : value;
}

/** A whole number as int where it fits, as long where that fits, else as double. */
export function asInteger(value: bigint): BsonNumber {
  if (value >= -0x80000000n && value <= 0x7fffffffn) return Number(value);
  return fitsLong(value) ? Long.fromBigInt(value) : asDouble(Number(value));
}

export function fitsLong(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

/** The value of an int or long, or of a double or decimal without fraction; undefined for every other. */
export function toWhole(value: BsonNumber): bigint | undefined {
  if (value instanceof Long) return value.toBigInt();
  if (typeof value === 'bigint') return value;
  if (value instanceof Decimal128) return wholeOfDecimal(value);
  const number = toNumber(value);
  return Number.isInteger(number) ? BigInt(number) : undefined;
}

function wholeOfDecimal(value: Decimal128): bigint | undefined {
  const decimal = parseDecimal(value.toString());
  if (!decimal || decimal.exponent > 40) return undefined;
  if (decimal.exponent >= 0) return decimal.coefficient * 10n ** BigInt(decimal.exponent);
  const divisor = 10n ** BigInt(-decimal.exponent);
  return decimal.coefficient % divisor === 0n ? decimal.coefficient / divisor : undefined;
}

/** The decimal value as MongoDB converts it: of a double, 15 significant digits. */
export function toDecimal(value: BsonNumber): Decimal128 {
  if (value instanceof Decimal128) return value;
  const exact = exactDecimal(value);
  if (!exact) return Decimal128.fromString(String(toNumber(value)));
  return toDecimal128(typeOf(value) === 'double' ? trimmed(roundTo(exact, 15)) : exact);
}

function trimmed({ coefficient, exponent }: Decimal): Decimal {
  let [digits, power] = [coefficient, exponent];
  while (power < 0 && digits % 10n === 0n) {
    digits /= 10n;
    power++;
  }
  return { coefficient: digits, exponent: power };
}

/** MongoDB's order of numbers, across types and without loss; not-a-number is below all. */
export function compareNumbers(left: BsonNumber, right: BsonNumber): number {
  if (typeof left === 'number' && typeof right === 'number') return compareDoubles(left, right);
  const leftNumber = toNumber(left);
  const rightNumber = toNumber(right);
  // doubles far apart, infinite or not numbers decide; near ones may be rounded and are compared exactly
  if (leftNumber !== rightNumber) return compareDoubles(leftNumber, rightNumber);
  const leftExact = exactDecimal(left);
  const rightExact = exactDecimal(right);
  if (leftExact && rightExact) return compareDecimals(leftExact, rightExact);
  // a decimal beyond all doubles is nearest to infinity, and still below it
  if (leftExact || rightExact) return leftExact ? -Math.sign(rightNumber) : Math.sign(leftNumber);
  return 0;
}

function compareDoubles(left: number, right: number): number {
  if (left < right) return -1;
  if (left > right) return 1;
  if (left === right) return 0;
  return Number(Number.isNaN(right)) - Number(Number.isNaN(left));
}

function exactDecimal(value: BsonNumber): Decimal | undefined {
  if (value instanceof Decimal128) return parseDecimal(value.toString());
  if (value instanceof Long) return { coefficient: value.toBigInt(), exponent: 0 };
  if (typeof value === 'bigint') return { coefficient: value, exponent: 0 };
  const number = toNumber(value);
  return Number.isFinite(number) ? decimalFromDouble(number) : undefined;
}

/** The sum, in the wider of the two types; ints that overflow become a long, longs that overflow a double. */
export function add(left: BsonNumber, right: BsonNumber): BsonNumber {
  return combine(
    left,
    right,
    (a, b) => a + b,
    (a, b) => a + b,
    addDecimals,
  );
}

/** The difference, typed like a sum. */
export function subtract(left: BsonNumber, right: BsonNumber): BsonNumber {
  return combine(
    left,
    right,
    (a, b) => a - b,
    (a, b) => a - b,
    (a, b) => addDecimals(a, { coefficient: -b.coefficient, exponent: b.exponent }),
  );
}

/** The product, typed like a sum. */
export function multiply(left: BsonNumber, right: BsonNumber): BsonNumber {
  return combine(
    left,
    right,
    (a, b) => a * b,
    (a, b) => a * b,
    multiplyDecimals,
  );
}

/** The quotient: a decimal if one of the two is, else a double; the divisor must not be zero. */
export function divide(left: BsonNumber, right: BsonNumber): BsonNumber {
  if (widest(left, right) !== 'decimal') return asDouble(toNumber(left) / toNumber(right));
  return withDecimals(left, right, divideDecimals, (a, b) => a / b);
}

function combine(
  left: BsonNumber,
  right: BsonNumber,
  ofDoubles: (left: number, right: number) => number,
  ofWholes: (left: bigint, right: bigint) => bigint,
  ofDecimals: (left: Decimal, right: Decimal) => Decimal,
): BsonNumber {
  if (typeof left === 'number' && typeof right === 'number' && isInt32(left) && isInt32(right)) {
    const result = ofDoubles(left, right);
    if (isInt32(result)) return result;
  }
  const type = widest(left, right);
  if (type === 'decimal') return withDecimals(left, right, ofDecimals, ofDoubles);
  if (type === 'double') return asDouble(ofDoubles(toNumber(left), toNumber(right)));
  const whole = ofWholes(toWhole(left) ?? 0n, toWhole(right) ?? 0n);
  if (type === 'int') return asInteger(whole);
  return fitsLong(whole) ? Long.fromBigInt(whole) : asDouble(Number(whole));
}

function withDecimals(
  left: BsonNumber,
  right: BsonNumber,
  operation: (left: Decimal, right: Decimal) => Decimal,
  otherwise: (left: number, right: number) => number,
): Decimal128 {
  const a = exactDecimal(toDecimal(left));
  const b = exactDecimal(toDecimal(right));
  if (a && b) return toDecimal128(operation(a, b));
  return Decimal128.fromString(String(otherwise(toNumber(left), toNumber(right))));
}

function widest(left: BsonNumber, right: BsonNumber): NumberType {
  const types = [numberType(left), numberType(right)];
  return (['decimal', 'double', 'long'] as const).find((type) => types.includes(type)) ?? 'int';
}

function numberType(value: BsonNumber): NumberType {
  const type = typeOf(value);
  return type === 'int' || type === 'long' || type === 'decimal' ? type : 'double';
}
