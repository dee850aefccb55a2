import { type BsonDocument, isDocument, isOperatorDocument, setField } from '../bson/value.js';
import { badValue, CommandError } from '../command-error.js';
import { compileProjection } from '../query/projection.js';
import { compileExpression, type Evaluate, type Variables } from './expression.js';

/** Makes one document of one document. */
export type Transform = (document: BsonDocument, variables: Variables) => BsonDocument;

const factories: Readonly<Record<string, (operand: unknown) => Transform>> = {
  $set: compileSet,
  $addFields: compileSet,
  $unset: (operand) => {
    const paths: unknown[] = Array.isArray(operand) ? operand : [operand];
    if (paths.length === 0 || !paths.every((path) => typeof path === 'string')) {
      throw badValue('$unset specification must be a string or an array of strings');
    }
    return compileProjection(Object.fromEntries(paths.map((path) => [path, 0])), { isFind: false });
  },
  $project: (operand) => {
    if (!isDocument(operand) || Object.keys(operand).length === 0) {
      throw badValue('$project specification must be an object with at least one field');
    }
    return compileProjection(operand, { isFind: false });
  },
  $replaceRoot: (operand) => compileReplace(isDocument(operand) ? operand['newRoot'] : undefined),
  $replaceWith: compileReplace,
};

/** The transform of a stage; undefined for stages that are more than that. */
export function compileTransform(name: string, operand: unknown): Transform | undefined {
  return Object.hasOwn(factories, name) ? factories[name]!(operand) : undefined;
}

/** The transforms of a pipeline in an update, one after another. */
export function compileTransforms(stages: readonly unknown[]): Transform {
  const transforms = stages.map((stage) => {
    const [name = '', operand] = Object.entries(isDocument(stage) ? stage : {})[0] ?? [];
    const transform = compileTransform(name, operand);
    if (transform) return transform;
    throw new CommandError('InvalidOptions', `${name} is not allowed to be used within an update`);
  });
  return (document, variables) => transforms.reduce((current, transform) => transform(current, variables), document);
}

function compileReplace(expression: unknown): Transform {
  const evaluate = compileExpression(expression);
  return (document, variables) => {
    const next = evaluate(document, variables);
    if (isDocument(next)) return next;
    throw badValue("'replacement document' must evaluate to an object");
  };
}

function compileSet(operand: unknown): Transform {
  if (!isDocument(operand)) throw badValue('$set specification must be an object');
  const assignments = [...assignmentsOf(operand, [])];
  return (document, variables) => {
    let next = document;
    // all expressions see the document as it came in
    for (const { path, evaluate } of assignments) next = withValue(next, path, evaluate(document, variables));
    return next;
  };
}

interface Assignment {
  readonly path: readonly string[];
  readonly evaluate: Evaluate;
}

/** Documents without operators name paths inside, so that their other fields stay. */
function* assignmentsOf(fields: BsonDocument, prefix: readonly string[]): Generator<Assignment> {
  for (const [name, value] of Object.entries(fields)) {
    const path = [...prefix, ...name.split('.')];
    if (path.some((step) => step === '' || step.startsWith('$'))) throw badValue(`'${name}' is not a valid field path`);
    const isNested = isDocument(value) && !isOperatorDocument(value) && Object.keys(value).length > 0;
    if (isNested) yield* assignmentsOf(value, path);
    else yield { path, evaluate: compileExpression(value) };
  }
}

function withValue(document: BsonDocument, path: readonly string[], value: unknown): BsonDocument {
  const [step = '', ...rest] = path;
  const next = { ...document };
  const inner = rest.length > 0 ? withInner(next[step], rest, value) : value;
  if (inner === undefined) delete next[step];
  else setField(next, step, inner);
  return next;
}

function withInner(target: unknown, path: readonly string[], value: unknown): unknown {
  if (Array.isArray(target)) return target.map((element) => withInner(element, path, value));
  if (!isDocument(target) && value === undefined) return target;
  return withValue(isDocument(target) ? target : {}, path, value);
}
