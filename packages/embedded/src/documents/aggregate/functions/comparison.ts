import { compareValues } from '../../bson/compare.js';
import { isTruthy } from '../../bson/value.js';
import type { ExpressionFunction } from '../expression.js';

/** In expressions a missing field is below null, unlike in queries. */
function compare(left: unknown, right: unknown): number {
  if (left === undefined || right === undefined) return Number(left !== undefined) - Number(right !== undefined);
  return Math.sign(compareValues(left, right));
}

/** Operators that compare any two values in MongoDB's order. */
export const comparisonFunctions: Readonly<Record<string, ExpressionFunction>> = {
  $eq: (left, right) => compare(left, right) === 0,
  $ne: (left, right) => compare(left, right) !== 0,
  $gt: (left, right) => compare(left, right) > 0,
  $gte: (left, right) => compare(left, right) >= 0,
  $lt: (left, right) => compare(left, right) < 0,
  $lte: (left, right) => compare(left, right) <= 0,
  $cmp: compare,
  $not: (value) => !isTruthy(value),
};
