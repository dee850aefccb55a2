import { areEqual } from '../bson/compare.js';
import { isNumber, toNumber } from '../bson/numbers.js';
import { cloneValue, isDocument, isOperatorDocument, typeOf } from '../bson/value.js';
import { valueKey } from '../bson/value-key.js';
import { badValue, CommandError } from '../command-error.js';
import { compileFilter } from '../query/filter.js';
import { isRegularExpression } from '../query/regular-expression.js';
import { compareBy } from '../query/sort.js';
import type { Modifier } from './modifiers.js';

/** Update operators on arrays. */
export const arrayModifiers: Readonly<Record<string, Modifier>> = {
  $push: (slot, operand, { path }) => {
    const { values, position, slice, sort } = pushOperand(operand);
    const list = [...(arrayOf('$push', slot.value, path) ?? [])];
    list.splice(position ?? list.length, 0, ...values);
    if (sort) list.sort(sort);
    slot.set(slice === undefined ? list : slice < 0 ? list.slice(slice) : list.slice(0, slice));
  },
  $addToSet: (slot, operand, { path }) => {
    const list = [...(arrayOf('$addToSet', slot.value, path) ?? [])];
    const known = new Set(list.map(valueKey));
    for (const value of eachOf(operand) ?? [operand]) {
      if (known.has(valueKey(value))) continue;
      known.add(valueKey(value));
      list.push(cloneValue(value));
    }
    slot.set(list);
  },
  $pop: (slot, operand, { path }) => {
    const side = isNumber(operand) ? toNumber(operand) : 0;
    if (side !== 1 && side !== -1) throw new CommandError('FailedToParse', '$pop expects 1 or -1');
    const list = arrayOf('$pop', slot.value, path, 'TypeMismatch');
    if (list) slot.set(side === 1 ? list.slice(0, -1) : list.slice(1));
  },
  $pull: (slot, operand, { path }) => {
    const list = arrayOf('$pull', slot.value, path);
    if (!list) return;
    const isPulled = pullTest(operand);
    slot.set(list.filter((element) => !isPulled(element)));
  },
  $pullAll: (slot, operand, { path }) => {
    if (!Array.isArray(operand)) throw badValue('$pullAll requires an array argument');
    const list = arrayOf('$pullAll', slot.value, path);
    if (list) slot.set(list.filter((element) => !operand.some((value) => areEqual(value, element))));
  },
};

interface PushOperand {
  readonly values: unknown[];
  readonly position?: number | undefined;
  readonly slice?: number | undefined;
  readonly sort?: ((left: unknown, right: unknown) => number) | undefined;
}

function pushOperand(operand: unknown): PushOperand {
  const values = eachOf(operand);
  if (!values || !isDocument(operand)) return { values: [cloneValue(operand)] };
  const { $each: _each, $position, $slice, $sort, ...others } = operand;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw badValue(`Unrecognized clause in $push: ${unknown}`);
  const sort = $sort === undefined ? undefined : compareBy(isDocument($sort) ? $sort : { '': $sort });
  return {
    values: cloneValue(values),
    position: wholeOf('$position', $position),
    slice: wholeOf('$slice', $slice),
    sort,
  };
}

function eachOf(operand: unknown): unknown[] | undefined {
  if (!isDocument(operand) || !Object.hasOwn(operand, '$each')) return undefined;
  if (!Array.isArray(operand['$each'])) throw badValue('The argument to $each must be an array');
  return operand['$each'];
}

function wholeOf(name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (!isNumber(value) || !Number.isInteger(toNumber(value)))
    throw badValue(`The value for ${name} must be a whole number`);
  return toNumber(value);
}

/** A query for documents, a condition for values, or a value. */
function pullTest(operand: unknown): (element: unknown) => boolean {
  if (isOperatorDocument(operand) || isRegularExpression(operand)) {
    const { test } = compileFilter({ element: operand });
    return (element) => test({ element });
  }
  if (!isDocument(operand)) return (element) => areEqual(element, operand);
  const { test } = compileFilter(operand);
  return (element) => isDocument(element) && test(element);
}

function arrayOf(
  operator: string,
  value: unknown,
  path: string,
  code: 'BadValue' | 'TypeMismatch' = 'BadValue',
): unknown[] | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return value;
  throw new CommandError(code, `${operator} needs an array, but the field '${path}' is of type ${typeOf(value)}`);
}
