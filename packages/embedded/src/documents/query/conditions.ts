import { MaxKey, MinKey } from 'bson';
import { compileExpression, type Variables } from '../aggregate/expression.js';
import { rankOf } from '../bson/compare.js';
import { isNumber, toNumber } from '../bson/numbers.js';
import { type BsonDocument, isDocument, isOperatorDocument } from '../bson/value.js';
import { isRegularExpression } from './regular-expression.js';

/** An end of a range. */
export interface Bound {
  readonly value: unknown;
  readonly isInclusive: boolean;
}

/** What a query demands of one path, as far as an index can use it. */
export interface PathCondition {
  /** The path has one of these values. */
  readonly equal?: readonly unknown[];
  /** The path has a value between these, which is of the same type. */
  readonly lower?: Bound | undefined;
  readonly upper?: Bound | undefined;
}

/**
 * Collects the conditions that every match of a query meets.
 * @param variables what `$$name` stands for in an `$expr`
 */
export function conditionsOf(query: BsonDocument, variables: Variables = {}): Map<string, PathCondition> {
  const conditions = new Map<string, PathCondition>();
  collect(query, variables, conditions);
  return conditions;
}

function collect(query: BsonDocument, variables: Variables, conditions: Map<string, PathCondition>): void {
  for (const [key, operand] of Object.entries(query)) {
    if (key === '$and' && Array.isArray(operand)) {
      for (const branch of operand) if (isDocument(branch)) collect(branch, variables, conditions);
    } else if (key === '$expr') {
      collectEqualities(operand, variables, conditions);
    } else if (!key.startsWith('$')) {
      const condition = conditionOf(operand);
      if (condition) conditions.set(key, merge(conditions.get(key), condition));
    }
  }
}

/** Equalities of a field and a value in an expression, as the pipeline of a `$lookup` has them. */
function collectEqualities(expression: unknown, variables: Variables, conditions: Map<string, PathCondition>): void {
  const { $and: parts, $eq: sides } = isDocument(expression) ? expression : {};
  if (Array.isArray(parts)) for (const part of parts) collectEqualities(part, variables, conditions);
  if (!Array.isArray(sides) || sides.length !== 2) return;
  for (const [path, other] of [sides, sides.toReversed()] as unknown[][]) {
    if (typeof path !== 'string' || !/^\$[^$]/.test(path) || !isConstant(other)) continue;
    const value = compileExpression(other)({}, variables);
    if (!isSearchable(value) || value === null || isDocument(value)) continue;
    conditions.set(path.slice(1), merge(conditions.get(path.slice(1)), { equal: [value] }));
  }
}

/** Whether an expression is a value or a variable, which is the same for every document. */
function isConstant(expression: unknown): boolean {
  if (typeof expression !== 'string') return !Array.isArray(expression) && !isDocument(expression);
  return !expression.startsWith('$') || /^\$\$(?!ROOT\b|CURRENT\b|REMOVE\b)/.test(expression);
}

function conditionOf(operand: unknown): PathCondition | undefined {
  if (!isOperatorDocument(operand)) return isSearchable(operand) ? { equal: [operand] } : undefined;
  const { $eq, $in, $gt, $gte, $lt, $lte } = operand;
  if ($eq !== undefined && isSearchable($eq)) return { equal: [$eq] };
  if (Array.isArray($in) && $in.every(isSearchable)) return { equal: $in };
  const lower = boundOf($gt, false) ?? boundOf($gte, true);
  const upper = boundOf($lt, false) ?? boundOf($lte, true);
  return lower === undefined && upper === undefined ? undefined : sameType({ lower, upper });
}

/** Bounds of two types match nothing together; one of them is enough to look in the right place. */
function sameType({ lower, upper }: PathCondition): PathCondition {
  if (lower === undefined || upper === undefined || rankOf(lower.value) === rankOf(upper.value))
    return { lower, upper };
  return { lower };
}

function merge(first: PathCondition | undefined, second: PathCondition): PathCondition {
  if (!first) return second;
  if (first.equal && second.equal) return first.equal.length <= second.equal.length ? first : second;
  if (first.equal || second.equal) return first.equal ? first : second;
  return sameType({ lower: first.lower ?? second.lower, upper: first.upper ?? second.upper });
}

/** Arrays match as a whole or by element and regular expressions by search: neither is one place in an index. */
function isSearchable(value: unknown): boolean {
  return value !== undefined && !Array.isArray(value) && !isRegularExpression(value);
}

function boundOf(value: unknown, isInclusive: boolean): Bound | undefined {
  if (!isSearchable(value) || value === null || isDocument(value)) return undefined;
  if (value instanceof MinKey || value instanceof MaxKey) return undefined;
  return isNumber(value) && Number.isNaN(toNumber(value)) ? undefined : { value, isInclusive };
}
