import { expressionValue } from '../bson/path.js';
import { type BsonDocument, isDocument, setField } from '../bson/value.js';
import { badValue, CommandError } from '../command-error.js';
import { arithmeticFunctions } from './functions/arithmetic.js';
import { arrayFunctions } from './functions/arrays.js';
import { comparisonFunctions } from './functions/comparison.js';
import { conversionFunctions } from './functions/conversion.js';
import { dateFunctions } from './functions/dates.js';
import { objectFunctions } from './functions/objects.js';
import { setFunctions } from './functions/sets.js';
import { forms } from './expression-forms.js';
import { libraryFunction } from './library-functions.js';

/** What `$$name` stands for, by name. */
export type Variables = Readonly<Record<string, unknown>>;

/** A compiled expression; its value is undefined where MongoDB has no value at all. */
export type Evaluate = (root: unknown, variables: Variables) => unknown;

/** Computes an operator from the values of its arguments. */
export type ExpressionFunction = (...values: unknown[]) => unknown;

const functions: Readonly<Record<string, ExpressionFunction>> = {
  ...arithmeticFunctions,
  ...arrayFunctions,
  ...comparisonFunctions,
  ...conversionFunctions,
  ...dateFunctions,
  ...objectFunctions,
  ...setFunctions,
};

/**
 * Compiles an aggregation expression.
 * @throws InvalidPipelineOperator for an operator that is not known here
 */
export function compileExpression(expression: unknown): Evaluate {
  if (typeof expression === 'string' && expression.startsWith('$')) return compilePath(expression);
  if (Array.isArray(expression)) return compileArray(expression);
  if (!isDocument(expression)) return () => expression;
  const [first] = Object.keys(expression);
  return first?.startsWith('$') ? compileOperator(expression) : compileDocument(expression);
}

function compilePath(text: string): Evaluate {
  if (!text.startsWith('$$')) {
    const path = text.slice(1).split('.');
    if (path.includes('')) throw new CommandError('Location16410', `'${text}' is not a valid field path`);
    return (root) => expressionValue(root, path);
  }
  const [name = '', ...path] = text.slice(2).split('.');
  switch (name) {
    case 'ROOT':
    case 'CURRENT':
      return (root) => expressionValue(root, path);
    case 'REMOVE':
      return () => undefined;
    default:
      return (_root, variables) => {
        if (!Object.hasOwn(variables, name)) throw badValue(`Use of undefined variable: ${name}`);
        return expressionValue(variables[name], path);
      };
  }
}

function compileArray(elements: readonly unknown[]): Evaluate {
  const evaluates = elements.map(compileExpression);
  return (root, variables) => evaluates.map((evaluate) => evaluate(root, variables) ?? null);
}

function compileDocument(document: BsonDocument): Evaluate {
  const fields = Object.entries(document).map(([field, value]) => [field, compileExpression(value)] as const);
  return (root, variables) => {
    const result: BsonDocument = {};
    for (const [field, evaluate] of fields) {
      const value = evaluate(root, variables);
      if (value !== undefined) setField(result, field, value);
    }
    return result;
  };
}

function compileOperator(expression: BsonDocument): Evaluate {
  const [name, ...others] = Object.keys(expression);
  if (name === undefined || others.length > 0) {
    throw badValue('an object representing an expression must have exactly one field');
  }
  const operand = expression[name];
  const form = Object.hasOwn(forms, name) ? forms[name] : undefined;
  if (form) return form(operand, compileExpression);
  const compute = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (compute) return compileCall(compute, operand);
  const library = libraryFunction(name);
  // `{ $toUpper: ['$name'] }` is the same as `{ $toUpper: '$name' }`
  const evaluate = compileExpression(Array.isArray(operand) && operand.length === 1 ? operand[0] : operand);
  return (root, variables) => library(evaluate(root, variables));
}

function compileCall(compute: ExpressionFunction, operand: unknown): Evaluate {
  if (!Array.isArray(operand)) {
    const evaluate = compileExpression(operand);
    return (root, variables) => compute(evaluate(root, variables));
  }
  const evaluates = operand.map(compileExpression);
  return (root, variables) => compute(...evaluates.map((evaluate) => evaluate(root, variables)));
}
