import { BSONRegExp, Decimal128, Double, Long } from 'bson';
import { Context, evalExpr, ProcessingMode } from 'mingo/core';
import * as expressionOperators from 'mingo/operators/expression';
import type { Options } from 'mingo/types';
import { asDouble } from '../bson/numbers.js';
import { type BsonDocument, isDocument } from '../bson/value.js';
import { badValue, CommandError } from '../command-error.js';
import { toRegExp } from '../query/regular-expression.js';

type LibraryOperator = (document: object, operand: unknown, options: Options) => unknown;

// each operator narrows its operand's type for callers in TypeScript; at run time it checks it itself
const operators = expressionOperators as unknown as Readonly<Record<string, LibraryOperator | undefined>>;

/** Operators whose answer is a double even when it is a whole number. */
const doubleOperators = new Set(
  (
    '$sqrt $exp $ln $log $log10 $sin $cos $tan $asin $acos $atan $atan2 $sinh $cosh $tanh $asinh $acosh $atanh ' +
    '$degreesToRadians $radiansToDegrees'
  ).split(' '),
);

/** Operators that would run code, or that this server computes itself. */
const refused = new Set(['$function', '$accumulator', '$where', '$toHashedIndexKey']);

/**
 * An operator of the mingo library as a function of its evaluated argument: strings, trigonometry and the like,
 * where plain numbers, texts and dates are all there is to know.
 * @throws InvalidPipelineOperator when neither this server nor the library has it
 */
export function libraryFunction(name: string): (operand: unknown) => unknown {
  const operator = operators[name];
  if (!name.startsWith('$') || !operator || refused.has(name)) {
    throw new CommandError('InvalidPipelineOperator', `Unrecognized expression '${name}'`);
  }
  const options: Options = {
    context: Context.init({ expression: { [name]: operator, $literal: expressionOperators.$literal } }),
    idKey: '_id',
    processingMode: ProcessingMode.CLONE_OFF,
    useStrictMode: true,
    scriptEnabled: false,
    failOnError: true,
  };
  return (operand) => {
    let value: unknown;
    try {
      value = evalExpr({}, { [name]: quoted(plainNumbers(operand)) }, options);
    } catch (error) {
      throw badValue(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
    return typeof value === 'number' && doubleOperators.has(name) ? asDouble(value) : value;
  };
}

/** The library knows JavaScript numbers and regular expressions only. */
export function plainNumbers(value: unknown): unknown {
  if (value instanceof Long || value instanceof Double) return Number(value.valueOf());
  if (value instanceof Decimal128) return Number(value.toString());
  if (value instanceof BSONRegExp) return toRegExp(value.pattern, value.options);
  if (Array.isArray(value)) return value.map(plainNumbers);
  if (!isDocument(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([field, each]) => [field, plainNumbers(each)]));
}

/** Keeps the library from evaluating again what are values by now; named arguments stay visible to it. */
function quoted(operand: unknown): unknown {
  if (Array.isArray(operand)) return operand.map(literal);
  if (!isDocument(operand)) return literal(operand);
  const quotedFields: BsonDocument = {};
  for (const [field, value] of Object.entries(operand)) quotedFields[field] = literal(value);
  return quotedFields;
}

function literal(value: unknown): unknown {
  const isText = typeof value === 'string' && value.startsWith('$');
  return isText || Array.isArray(value) || isDocument(value) ? { $literal: value } : value;
}
