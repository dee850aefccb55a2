import { Decimal128 } from 'bson';

/** A finite decimal number: coefficient times ten to the exponent. */
export interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

/** IEEE 754 decimal128 holds 34 digits. */
const maxDigits = 34;
const maxExponent = 6111;
const minExponent = -6176;

/** Reads a decimal's text; infinities and not-a-number give undefined. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:E([+-]?\d+))?$/i.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const coefficient = BigInt(`${whole}${fraction}` || '0');
  return { coefficient: sign === '-' ? -coefficient : coefficient, exponent: Number(exponent) - fraction.length };
}

/** The exact decimal value of a finite double. */
export function decimalFromDouble(value: number): Decimal {
  if (Number.isInteger(value)) return { coefficient: BigInt(value), exponent: 0 };
  // a double is a whole number over a power of two, and 1 / 2^n is 5^n / 10^n
  let halvings = 0;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    halvings++;
  }
  return { coefficient: BigInt(scaled) * 5n ** BigInt(halvings), exponent: -halvings };
}

/** A decimal128 of at most 34 digits, rounded half to even. */
export function toDecimal128(decimal: Decimal): Decimal128 {
  let { coefficient, exponent } = roundTo(decimal, maxDigits);
  if (exponent > maxExponent && coefficient !== 0n) {
    const shift = exponent - maxExponent;
    if (digitsOf(coefficient) + shift > maxDigits) {
      return Decimal128.fromString(coefficient < 0n ? '-Infinity' : 'Infinity');
    }
    coefficient *= 10n ** BigInt(shift);
    exponent = maxExponent;
  }
  if (exponent < minExponent)
    ({ coefficient, exponent } = dropDigits({ coefficient, exponent }, minExponent - exponent));
  return Decimal128.fromString(`${coefficient}E${exponent}`);
}

export function addDecimals(left: Decimal, right: Decimal): Decimal {
  const exponent = Math.min(left.exponent, right.exponent);
  return { coefficient: scaled(left, exponent) + scaled(right, exponent), exponent };
}

export function multiplyDecimals(left: Decimal, right: Decimal): Decimal {
  return { coefficient: left.coefficient * right.coefficient, exponent: left.exponent + right.exponent };
}

/** The quotient to 34 digits; the divisor must not be zero. */
export function divideDecimals(left: Decimal, right: Decimal): Decimal {
  const shift = Math.max(0, maxDigits + 1 - digitsOf(left.coefficient) + digitsOf(right.coefficient));
  const dividend = left.coefficient * 10n ** BigInt(shift);
  let quotient = dividend / right.coefficient;
  let exponent = left.exponent - right.exponent - shift;
  // a digit that only says "not exact" keeps half-way cases from being rounded to even
  if (dividend % right.coefficient !== 0n) {
    quotient = quotient * 10n + (dividend < 0n === right.coefficient < 0n ? 1n : -1n);
    exponent--;
    return { coefficient: quotient, exponent };
  }
  while (exponent < left.exponent - right.exponent && quotient !== 0n && quotient % 10n === 0n) {
    quotient /= 10n;
    exponent++;
  }
  return { coefficient: quotient, exponent };
}

export function compareDecimals(left: Decimal, right: Decimal): number {
  const leftSign = sign(left.coefficient);
  const rightSign = sign(right.coefficient);
  if (leftSign !== rightSign || leftSign === 0) return leftSign - rightSign;
  // magnitudes far apart are told from their sizes, without making numbers of thousands of digits
  const leftSize = digitsOf(left.coefficient) + left.exponent;
  const rightSize = digitsOf(right.coefficient) + right.exponent;
  if (leftSize !== rightSize) return leftSize < rightSize ? -leftSign : leftSign;
  const exponent = Math.min(left.exponent, right.exponent);
  return sign(scaled(left, exponent) - scaled(right, exponent));
}

/** The value without the digits that go beyond a number of them, rounded half to even. */
export function roundTo(decimal: Decimal, digits: number): Decimal {
  const surplus = digitsOf(decimal.coefficient) - digits;
  return surplus > 0 ? roundTo(dropDigits(decimal, surplus), digits) : decimal;
}

function dropDigits({ coefficient, exponent }: Decimal, count: number): Decimal {
  const divisor = 10n ** BigInt(count);
  const quotient = coefficient / divisor;
  const rest = coefficient % divisor;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  const isUp = twice > divisor || (twice === divisor && quotient % 2n !== 0n);
  return { coefficient: isUp ? quotient + (coefficient < 0n ? -1n : 1n) : quotient, exponent: exponent + count };
}

function scaled(decimal: Decimal, exponent: number): bigint {
  return decimal.coefficient * 10n ** BigInt(decimal.exponent - exponent);
}

function digitsOf(value: bigint): number {
  return (value < 0n ? -value : value).toString().length;
}

function sign(value: bigint): number {
  if (value === 0n) return 0;
  return value < 0n ? -1 : 1;
}
