import { isDocument, isTruthy, type BsonDocument } from '../bson/value.js';
import { badValue } from '../command-error.js';
import type { Evaluate } from './expression.js';

/** An operator that decides itself when its arguments are evaluated, and with which variables. */
export type ExpressionForm = (operand: unknown, compile: (expression: unknown) => Evaluate) => Evaluate;

/** The operators with scopes of their own or with arguments that may not be evaluated. */
export const forms: Readonly<Record<string, ExpressionForm>> = {
  $literal: (operand) => () => operand,
  $const: (operand) => () => operand,
  $let: letForm,
  $map: mapForm,
  $filter: filterForm,
  $reduce: reduceForm,
  $cond: conditionForm,
  $switch: switchForm,
  $ifNull: ifNullForm,
  $and: (operand, compile) => {
    const parts = listOf(operand).map(compile);
    return (root, variables) => parts.every((part) => isTruthy(part(root, variables)));
  },
  $or: (operand, compile) => {
    const parts = listOf(operand).map(compile);
    return (root, variables) => parts.some((part) => isTruthy(part(root, variables)));
  },
  $getField: getFieldForm,
  $setField: (operand, compile) => changeFieldForm(operand, compile, (part) => part['value']),
  $unsetField: (operand, compile) => changeFieldForm(operand, compile, () => '$$REMOVE'),
};

function letForm(operand: unknown, compile: (expression: unknown) => Evaluate): Evaluate {
  const { vars, in: body } = partsOf('$let', operand, ['vars', 'in']);
  const bindings = Object.entries(isDocument(vars) ? vars : {}).map(([name, value]) => [name, compile(value)] as const);
  const evaluate = compile(body);
  return (root, variables) => {
    const bound = bindings.map(([name, value]) => [name, value(root, variables)] as const);
    return evaluate(root, { ...variables, ...Object.fromEntries(bound) });
  };
}

function mapForm(operand: unknown, compile: (expression: unknown) => Evaluate): Evaluate {
  const { input, as, in: body } = partsOf('$map', operand, ['input', 'in']);
  const list = compile(input);
  const evaluate = compile(body);
  const name = typeof as === 'string' ? as : 'this';
  return (root, variables) =>
    arrayOrNull('$map', list(root, variables))?.map(
      (element) => evaluate(root, { ...variables, [name]: element }) ?? null,
    ) ?? null;
}

function filterForm(operand: unknown, compile: (expression: unknown) => Evaluate): Evaluate {
  const { input, as, cond, limit } = partsOf('$filter', operand, ['input', 'cond']);
  const list = compile(input);
  const test = compile(cond);
  const most = limit === undefined ? undefined : compile(limit);
  const name = typeof as === 'string' ? as : 'this';
  return (root, variables) => {
    const found = arrayOrNull('$filter', list(root, variables))?.filter((element) =>
      isTruthy(test(root, { ...variables, [name]: element })),
    );
    const count = most?.(root, variables);
    return (count === undefined || count === null ? found : found?.slice(0, Number(count))) ?? null;
  };
}

function reduceForm(operand: unknown, compile: (expression: unknown) => Evaluate): Evaluate {
  const { input, initialValue, in: body } = partsOf('$reduce', operand, ['input', 'initialValue', 'in']);
  const [list, first, evaluate] = [compile(input), compile(initialValue), compile(body)];
  return (root, variables) =>
    arrayOrNull('$reduce', list(root, variables))?.reduce(
      (value, element) => evaluate(root, { ...variables, value, this: element }),
      first(root, variables),
    ) ?? null;
}

function conditionForm(operand: unknown, compile: (expression: unknown) => Evaluate): Evaluate {
  const names = ['if', 'then', 'else'];
  const parts: unknown[] = Array.isArray(operand)
    ? operand
    : names.map((name) => partsOf('$cond', operand, names)[name]);
  if (parts.length !== names.length) throw badValue('Expression $cond takes exactly 3 arguments');
  const [test, yes, no] = parts.map(compile);
  return (root, variables) => (isTruthy(test!(root, variables)) ? yes! : no!)(root, variables);
}

function switchForm(operand: unknown, compile: (expression: unknown) => Evaluate): Evaluate {
  const { branches, default: otherwise } = partsOf('$switch', operand, ['branches']);
  const cases = listOf(branches).map((branch) => {
    const parts = partsOf('$switch', branch, ['case', 'then']);
    return { isMet: compile(parts['case']), result: compile(parts['then']) };
  });
  const last = otherwise === undefined ? undefined : compile(otherwise);
  return (root, variables) => {
    const chosen = cases.find(({ isMet }) => isTruthy(isMet(root, variables)))?.result ?? last;
    if (!chosen) throw badValue('$switch could not find a matching branch for an input, and no default was specified');
    return chosen(root, variables);
  };
}

function ifNullForm(operand: unknown, compile: (expression: unknown) => Evaluate): Evaluate {
  const parts = listOf(operand).map(compile);
  if (parts.length < 2) throw badValue('$ifNull needs at least two arguments');
  return (root, variables) => {
    for (const part of parts) {
      const value = part(root, variables);
      if (value !== null && value !== undefined) return value;
    }
    return parts.at(-1)!(root, variables);
  };
}

function getFieldForm(operand: unknown, compile: (expression: unknown) => Evaluate): Evaluate {
  const parts = typeof operand === 'string' ? { field: operand } : partsOf('$getField', operand, ['field']);
  const name = compile(parts['field']);
  const input = compile(parts['input'] ?? '$$CURRENT');
  return (root, variables) => {
    const document = input(root, variables);
    if (document === null || document === undefined) return document;
    const field = name(root, variables);
    return isDocument(document) && typeof field === 'string' && Object.hasOwn(document, field)
      ? document[field]
      : undefined;
  };
}

function changeFieldForm(
  operand: unknown,
  compile: (expression: unknown) => Evaluate,
  newValue: (parts: BsonDocument) => unknown,
): Evaluate {
  const parts = partsOf('$setField', operand, ['field', 'input']);
  const [name, input, value] = [compile(parts['field']), compile(parts['input']), compile(newValue(parts))];
  return (root, variables) => {
    const document = input(root, variables);
    if (!isDocument(document)) return null;
    const field = name(root, variables);
    if (typeof field !== 'string') throw badValue('the field name must be a string');
    const changed = value(root, variables);
    if (changed !== undefined) return { ...document, [field]: changed };
    const { [field]: _old, ...others } = document;
    return others;
  };
}

function partsOf(name: string, operand: unknown, needed: readonly string[]): BsonDocument {
  if (!isDocument(operand)) throw badValue(`${name} only supports an object as its argument`);
  const missing = needed.find((part) => !Object.hasOwn(operand, part));
  if (missing) throw badValue(`Missing '${missing}' parameter to ${name}`);
  return operand;
}

function listOf(operand: unknown): unknown[] {
  return Array.isArray(operand) ? operand : [operand];
}

function arrayOrNull(name: string, value: unknown): unknown[] | null {
  if (value === null || value === undefined) return null;
  if (!Array.isArray(value)) throw badValue(`input to ${name} must be an array`);
  return value;
}
