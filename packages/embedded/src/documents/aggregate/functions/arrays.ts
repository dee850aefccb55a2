import { areEqual } from '../../bson/compare.js';
import { isNumber, toNumber } from '../../bson/numbers.js';
import { isDocument } from '../../bson/value.js';
import { badValue, CommandError } from '../../command-error.js';
import { compareBy } from '../../query/sort.js';
import { accumulate } from '../accumulators.js';
import type { ExpressionFunction } from '../expression.js';
import { isAbsent } from './arithmetic.js';

/** Operators on arrays. */
export const arrayFunctions: Readonly<Record<string, ExpressionFunction>> = {
  $size: (list) => {
    if (!Array.isArray(list)) throw badValue('The argument to $size must be an array');
    return list.length;
  },
  $isArray: (value) => Array.isArray(value),
  $arrayElemAt: (list, place) =>
    isAbsent(list) || isAbsent(place) ? null : arrayOf('$arrayElemAt', list).at(numberOf(place)),
  $in: (value, list) => arrayOf('$in', list).some((element) => areEqual(element, value)),
  $indexOfArray: (list, value, start, end) => {
    if (isAbsent(list)) return null;
    const from = isAbsent(start) ? 0 : numberOf(start);
    const to = isAbsent(end) ? Infinity : numberOf(end);
    return arrayOf('$indexOfArray', list).findIndex((each, i) => i >= from && i < to && areEqual(each, value));
  },
  $concatArrays: (...lists) => (lists.some(isAbsent) ? null : lists.flatMap((list) => arrayOf('$concatArrays', list))),
  $reverseArray: (list) => (isAbsent(list) ? null : arrayOf('$reverseArray', list).toReversed()),
  $slice: (list, first, count) => {
    if (isAbsent(list) || isAbsent(first)) return null;
    return sliceOf(arrayOf('$slice', list), numberOf(first), isAbsent(count) ? undefined : numberOf(count));
  },
  $range: (start, end, step) => {
    const [from, to, by] = [numberOf(start), numberOf(end), isAbsent(step) ? 1 : numberOf(step)];
    if (by === 0) throw badValue('$range requires a non-zero step value');
    const length = Math.max(0, Math.ceil((to - from) / by));
    if (length > 1_000_000) throw badValue('$range would make more than 1,000,000 elements');
    return Array.from({ length }, (_, i) => from + i * by);
  },
  $zip: zip,
  $sortArray: (operand) => {
    const { input, sortBy } = isDocument(operand) ? operand : {};
    if (isAbsent(input)) return null;
    return arrayOf('$sortArray', input).toSorted(compareBy(isDocument(sortBy) ? sortBy : { '': sortBy }));
  },
  ...Object.fromEntries(
    ['$sum', '$avg', '$min', '$max', '$stdDevPop', '$stdDevSamp'].map((name) => [
      name,
      (...values) => overAll(name, values),
    ]),
  ),
  $first: (list) => (isAbsent(list) ? null : arrayOf('$first', list).at(0)),
  $last: (list) => (isAbsent(list) ? null : arrayOf('$last', list).at(-1)),
  ...Object.fromEntries(
    ['$firstN', '$lastN', '$minN', '$maxN'].map((name) => [name, (operand) => bestOf(name, operand)]),
  ),
};

/** `$slice` of MongoDB: a count from the front or, below zero, from the back; or a place and a count. */
export function sliceOf(list: unknown[], first: number, count?: number): unknown[] {
  if (count === undefined) return first < 0 ? list.slice(first) : list.slice(0, first);
  const start = first < 0 ? Math.max(0, list.length + first) : first;
  return list.slice(start, start + count);
}

/** An accumulator over its arguments, or over the elements of its one array. */
function overAll(name: string, values: unknown[]): unknown {
  const [only, ...others] = values;
  return accumulate(name, others.length === 0 && Array.isArray(only) ? (only as unknown[]) : values);
}

function bestOf(name: string, operand: unknown): unknown {
  const { input, n } = isDocument(operand) ? operand : {};
  return accumulate(name, arrayOf(name, input), numberOf(n));
}

function zip(operand: unknown): unknown {
  const { inputs, useLongestLength, defaults } = isDocument(operand) ? operand : {};
  const lists = arrayOf('$zip', inputs);
  if (lists.some(isAbsent)) return null;
  const arrays = lists.map((list) => arrayOf('$zip', list));
  const lengths = arrays.map(({ length }) => length);
  const length = useLongestLength === true ? Math.max(...lengths) : Math.min(...lengths);
  const fallbacks = Array.isArray(defaults) ? (defaults as unknown[]) : [];
  return Array.from({ length }, (_, i) =>
    arrays.map((list, which) => (i < list.length ? list[i] : (fallbacks[which] ?? null))),
  );
}

function arrayOf(operator: string, value: unknown): unknown[] {
  if (!Array.isArray(value)) throw badValue(`${operator} requires an array`);
  return value;
}

function numberOf(value: unknown): number {
  if (!isNumber(value)) throw new CommandError('TypeMismatch', 'a number is needed');
  return toNumber(value);
}
