import { isTruthy } from '../../bson/value.js';
import { valueKey } from '../../bson/value-key.js';
import { badValue } from '../../command-error.js';
import { isAbsent } from './arithmetic.js';
import type { ExpressionFunction } from '../expression.js';

/** Operators that see arrays as sets: order and repetition do not count. */
export const setFunctions: Readonly<Record<string, ExpressionFunction>> = {
  $setUnion: (...lists) => {
    if (lists.some(isAbsent)) return null;
    return [...new Map(lists.flatMap((list) => [...setOf('$setUnion', list)])).values()];
  },
  $setIntersection: (...lists) => {
    if (lists.some(isAbsent)) return null;
    const [first = new Map<string, unknown>(), ...others] = lists.map((list) => setOf('$setIntersection', list));
    return [...first].filter(([key]) => others.every((other) => other.has(key))).map(([, value]) => value);
  },
  $setDifference: (left, right) => {
    if (isAbsent(left) || isAbsent(right)) return null;
    const other = setOf('$setDifference', right);
    return [...setOf('$setDifference', left)].filter(([key]) => !other.has(key)).map(([, value]) => value);
  },
  $setEquals: (first, ...others) => {
    const set = setOf('$setEquals', first);
    return others.every((list) => isSameSet(set, setOf('$setEquals', list)));
  },
  $setIsSubset: (left, right) => {
    const other = setOf('$setIsSubset', right);
    return [...setOf('$setIsSubset', left).keys()].every((key) => other.has(key));
  },
  $allElementsTrue: (list) => [...setOf('$allElementsTrue', list).values()].every(isTruthy),
  $anyElementTrue: (list) => [...setOf('$anyElementTrue', list).values()].some(isTruthy),
};

function setOf(operator: string, list: unknown): Map<string, unknown> {
  if (!Array.isArray(list)) throw badValue(`${operator} needs arrays`);
  const set = new Map<string, unknown>();
  for (const value of list) {
    const key = valueKey(value);
    if (!set.has(key)) set.set(key, value);
  }
  return set;
}

function isSameSet(left: Map<string, unknown>, right: Map<string, unknown>): boolean {
  return left.size === right.size && [...left.keys()].every((key) => right.has(key));
}
