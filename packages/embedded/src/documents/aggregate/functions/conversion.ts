import { Decimal128, Double, Long, ObjectId } from 'bson';
import { asDouble, type BsonNumber, fitsLong, isNumber, toDecimal, toNumber, toWhole } from '../../bson/numbers.js';
import { showValue } from '../../bson/show.js';
import { isDocument, isTruthy, typeOf, type TypeName } from '../../bson/value.js';
import { badValue, CommandError } from '../../command-error.js';
import type { ExpressionFunction } from '../expression.js';
import { isAbsent } from './arithmetic.js';

/** Operators that ask for or change the type of a value. */
export const conversionFunctions: Readonly<Record<string, ExpressionFunction>> = {
  $type: (value) => typeOf(value),
  $isNumber: (value) => isNumber(value),
  $toBool: (value) => orNull(value, isTruthy),
  $toInt: (value) => orNull(value, toInt),
  $toLong: (value) => orNull(value, toLong),
  $toDouble: (value) => orNull(value, (each) => asDouble(toNumber(readNumber(each, 'double')))),
  $toDecimal: (value) => orNull(value, (each) => toDecimal(readNumber(each, 'decimal'))),
  $toString: (value) => orNull(value, toText),
  $toDate: (value) => orNull(value, toDate),
  $toObjectId: (value) => orNull(value, toObjectId),
  $convert: convert,
};

const conversions: Partial<Record<TypeName, ExpressionFunction | undefined>> = {
  bool: conversionFunctions['$toBool'],
  int: conversionFunctions['$toInt'],
  long: conversionFunctions['$toLong'],
  double: conversionFunctions['$toDouble'],
  decimal: conversionFunctions['$toDecimal'],
  string: conversionFunctions['$toString'],
  date: conversionFunctions['$toDate'],
  objectId: conversionFunctions['$toObjectId'],
};

function convert(operand: unknown): unknown {
  const { input, to, onError, onNull } = isDocument(operand) ? operand : {};
  if (isAbsent(input)) return onNull ?? null;
  const name = isDocument(to) ? to['type'] : to;
  const change =
    typeof name === 'string' && Object.hasOwn(conversions, name) ? conversions[name as TypeName] : undefined;
  if (!change) throw badValue(`$convert cannot convert to '${showValue(name)}'`);
  try {
    return change(input);
  } catch (error) {
    if (onError !== undefined && error instanceof CommandError) return onError;
    throw error;
  }
}

function toInt(value: unknown): number {
  const whole = wholeOf(value, 'int');
  if (whole !== BigInt.asIntN(32, whole)) throw failure(value, 'int', 'it does not fit');
  return Number(whole);
}

function toLong(value: unknown): Long {
  const whole = wholeOf(value, 'long');
  if (!fitsLong(whole)) throw failure(value, 'long', 'it does not fit');
  return Long.fromBigInt(whole);
}

function wholeOf(value: unknown, type: string): bigint {
  if (typeof value === 'string' && !/^[+-]?\d+$/.test(value)) throw failure(value, type, 'it is not a whole number');
  const number = typeof value === 'string' ? BigInt(value) : readNumber(value, type);
  const whole = toWhole(number);
  if (whole !== undefined) return whole;
  const cut = Math.trunc(toNumber(number));
  if (!Number.isFinite(cut)) throw failure(value, type, 'it is not finite');
  return BigInt(cut);
}

function readNumber(value: unknown, type: string): BsonNumber {
  if (isNumber(value)) return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Date) return Long.fromNumber(value.getTime());
  if (typeof value !== 'string' || value.trim() === '' || Number.isNaN(Number(value))) throw failure(value, type);
  return type === 'decimal' ? Decimal128.fromString(value) : asDouble(Number(value));
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof ObjectId) return value.toHexString();
  if (value instanceof Double) return String(value.valueOf());
  if (typeof value === 'boolean' || isNumber(value)) return value.toString();
  throw failure(value, 'string');
}

function toDate(value: unknown): Date {
  if (value instanceof Date) return value;
  if (value instanceof ObjectId) return value.getTimestamp();
  const isMoment = isNumber(value) && typeOf(value) !== 'int';
  const date = isMoment ? new Date(toNumber(value)) : typeof value === 'string' ? parseDate(value) : undefined;
  if (!date || Number.isNaN(date.getTime())) throw failure(value, 'date');
  return date;
}

/** A text without a zone is in UTC, as MongoDB has it, not in the server's zone. */
export function parseDate(text: string): Date {
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/i.test(text) || !/\d{1,2}:\d{2}/.test(text);
  return new Date(hasZone ? text : `${text.replace(' ', 'T')}Z`);
}

function toObjectId(value: unknown): ObjectId {
  if (value instanceof ObjectId) return value;
  if (typeof value === 'string' && /^[0-9a-f]{24}$/i.test(value)) return ObjectId.createFromHexString(value);
  throw failure(value, 'objectId');
}

function orNull(value: unknown, change: (value: unknown) => unknown): unknown {
  return isAbsent(value) ? null : change(value);
}

function failure(value: unknown, type: string, reason = 'there is no such conversion'): CommandError {
  return new CommandError('ConversionFailure', `Failed to convert a ${typeOf(value)} to ${type}: ${reason}`);
}
