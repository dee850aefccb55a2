import { compileExpression, type Evaluate, type Variables } from '../aggregate/expression.js';
import { sliceOf } from '../aggregate/functions/arrays.js';
import { isNumber, toNumber } from '../bson/numbers.js';
import { type BsonDocument, getField, isDocument, isOperatorDocument, isTruthy, setField } from '../bson/value.js';
import { badValue, CommandError } from '../command-error.js';
import type { Collation } from './collation.js';
import { compileFilter, type Filter } from './filter.js';
import { positionOf } from './position.js';

/** Makes the document that a client asked for out of a stored one. */
export type Projection = (document: BsonDocument, variables: Variables) => BsonDocument;

/** What a path of the projection says. */
type Rule =
  | { readonly kind: 'include' }
  | { readonly kind: 'exclude' }
  | { readonly kind: 'compute'; readonly evaluate: Evaluate }
  | { readonly kind: 'slice'; readonly first: number; readonly count: number | undefined }
  | { readonly kind: 'element'; readonly filter: Filter }
  | { readonly kind: 'position' };

interface Tree {
  readonly rules: Map<string, Rule | Tree>;
}

/** Where a projection is used: `find` has operators that an aggregation stage does not have, and the other way round. */
export interface ProjectionOptions {
  readonly isFind: boolean;
  /** The query, for the element that `path.$` shows. */
  readonly query?: BsonDocument;
  readonly collation?: Collation | undefined;
}

/**
 * Compiles a projection.
 * @throws Location31253 or Location31254 when it both includes and excludes
 * @throws Location31250 when two of its paths collide
 */
export function compileProjection(projection: BsonDocument, options: ProjectionOptions): Projection {
  const tree: Tree = { rules: new Map() };
  const kinds = new Set<Rule['kind']>();
  let idRule: Rule | undefined;
  let isInclusion: boolean | undefined;
  for (const [path, rule] of rulesOf(projection, options)) {
    if (path === '_id' && (rule.kind === 'include' || rule.kind === 'exclude')) {
      idRule = rule;
      continue;
    }
    addRule(tree, path, rule);
    kinds.add(rule.kind);
    const wanted = wantsInclusion[rule.kind];
    isInclusion ??= wanted;
    if (wanted !== undefined && isInclusion !== wanted) throw mixed(path, rule, isInclusion === true);
  }
  // a projection of nothing but `$elemMatch` shows only that, one of nothing but `$slice` everything
  isInclusion ??= idRule?.kind === 'include' || kinds.has('element');
  if (idRule?.kind === 'exclude') addRule(tree, '_id', idRule);
  else if (isInclusion && !tree.rules.has('_id')) addRule(tree, '_id', { kind: 'include' });
  const query = options.query ?? {};
  const form = isInclusion;
  return (document, variables) => {
    return applyTree(document, tree, form, { root: document, variables, query, collation: options.collation });
  };
}

/** Which of the two forms of a projection a rule belongs to; some go with both. */
const wantsInclusion: Readonly<Record<Rule['kind'], boolean | undefined>> = {
  include: true,
  exclude: false,
  compute: true,
  position: true,
  slice: undefined,
  element: undefined,
};

function* rulesOf(projection: BsonDocument, options: ProjectionOptions): Generator<[string, Rule]> {
  for (const [path, value] of Object.entries(projection)) {
    if (path === '' || path.split('.').includes('')) throw badValue('a projection path must not be empty');
    if (options.isFind && path.endsWith('.$')) yield [path.slice(0, -2), { kind: 'position' }];
    else if (isDocument(value) && !isOperatorDocument(value) && Object.keys(value).length > 0) {
      const nested = Object.fromEntries(Object.entries(value).map(([field, each]) => [`${path}.${field}`, each]));
      yield* rulesOf(nested, options);
    } else yield [path, ruleOf(value, options)];
  }
}

function ruleOf(value: unknown, { isFind, collation }: ProjectionOptions): Rule {
  if (typeof value === 'boolean' || isNumber(value)) return { kind: isTruthy(value) ? 'include' : 'exclude' };
  if (isFind && isDocument(value)) {
    const { $slice, $elemMatch } = value;
    if ($slice !== undefined) return sliceRule($slice);
    if (isDocument($elemMatch)) {
      return { kind: 'element', filter: compileFilter({ element: { $elemMatch } }, { collation }) };
    }
    if ('$meta' in value) throw badValue('$meta is not supported');
  }
  return { kind: 'compute', evaluate: compileExpression(value) };
}

function sliceRule(operand: unknown): Rule {
  const parts: unknown[] = Array.isArray(operand) ? operand : [operand];
  if (parts.length > 2 || !parts.every(isNumber)) throw badValue('$slice needs a number or a list of two');
  const [first, count] = parts.map((part) => Math.trunc(toNumber(part as number)));
  return { kind: 'slice', first: first!, count };
}

function addRule(tree: Tree, path: string, rule: Rule): void {
  const steps = path.split('.');
  let current = tree;
  for (const step of steps.slice(0, -1)) {
    const next = current.rules.get(step) ?? { rules: new Map() };
    if (!('rules' in next)) throw new CommandError('Location31249', `Path collision at ${path}`);
    current.rules.set(step, next);
    current = next;
  }
  const last = steps.at(-1)!;
  if (current.rules.has(last)) throw new CommandError('Location31250', `Path collision at ${path}`);
  current.rules.set(last, rule);
}

function mixed(path: string, rule: Rule, isInclusion: boolean): CommandError {
  if (isInclusion)
    return new CommandError('Location31254', `Cannot do exclusion on field ${path} in inclusion projection`);
  const what = rule.kind === 'include' ? 'inclusion' : 'a computed field';
  return new CommandError('Location31253', `Cannot do ${what} on field ${path} in exclusion projection`);
}

interface ApplyContext {
  readonly root: BsonDocument;
  readonly variables: Variables;
  readonly query: BsonDocument;
  readonly collation: Collation | undefined;
}

function applyTree(document: BsonDocument, tree: Tree, isInclusion: boolean, context: ApplyContext): BsonDocument {
  const result: BsonDocument = {};
  for (const field of Object.keys(document)) {
    const rule = tree.rules.get(field);
    const value = document[field];
    const projected = rule ? applyRule(value, rule, isInclusion, context) : isInclusion ? undefined : value;
    if (projected !== undefined) setField(result, field, projected);
  }
  // what is computed and was not there comes behind, in the order of the projection
  for (const [field, rule] of tree.rules) {
    if (Object.hasOwn(document, field)) continue;
    const value = newValue(rule, isInclusion, context);
    if (value !== undefined) setField(result, field, value);
  }
  return result;
}

function newValue(rule: Rule | Tree, isInclusion: boolean, context: ApplyContext): unknown {
  if ('rules' in rule) {
    const made = applyTree({}, rule, isInclusion, context);
    return Object.keys(made).length > 0 ? made : undefined;
  }
  return rule.kind === 'compute' ? rule.evaluate(context.root, context.variables) : undefined;
}

function applyRule(value: unknown, rule: Rule | Tree, isInclusion: boolean, context: ApplyContext): unknown {
  if ('rules' in rule) return applyNested(value, rule, isInclusion, context);
  switch (rule.kind) {
    case 'include':
      return value;
    case 'exclude':
      return undefined;
    case 'compute':
      return rule.evaluate(context.root, context.variables);
    case 'slice':
      return Array.isArray(value) ? sliceOf(value, rule.first, rule.count) : value;
    case 'element': {
      const found = Array.isArray(value)
        ? value.find((element: unknown) => rule.filter.test({ element: [element] }))
        : undefined;
      return found === undefined ? undefined : [found];
    }
    case 'position':
      return firstMatched(value, context);
  }
}

function applyNested(value: unknown, tree: Tree, isInclusion: boolean, context: ApplyContext): unknown {
  if (isDocument(value)) return applyTree(value, tree, isInclusion, context);
  if (!Array.isArray(value)) return isInclusion ? newValue(tree, isInclusion, context) : value;
  return value.flatMap((element: unknown) => {
    if (isDocument(element) || Array.isArray(element)) return [applyNested(element, tree, isInclusion, context)];
    return isInclusion ? [] : [element];
  });
}

/** The element that made the document match the query. */
function firstMatched(value: unknown, { root, query, collation }: ApplyContext): unknown {
  if (!Array.isArray(value)) return value;
  const position = positionOf(root, query, collation);
  if (position === undefined || position >= value.length) {
    throw badValue('Executor error during find command :: caused by :: positional operator does not match the query');
  }
  return [value[position]];
}

/** The top-level fields that a plain inclusion shows; undefined when the whole document may be needed. */
export function includedFields(projection: BsonDocument): ReadonlySet<string> | undefined {
  const fields = Object.entries(projection);
  const isPlain = fields.every(
    ([path, value]) => path === '_id' || (isNumber(value) && isTruthy(value)) || value === true,
  );
  if (!isPlain || !fields.some(([path]) => path !== '_id') || fields.some(([path]) => path.endsWith('$')))
    return undefined;
  const paths = new Set(fields.map(([path]) => path.split('.')[0]!));
  const id = getField(projection, '_id');
  return id === undefined || isTruthy(id) ? paths.add('_id') : paths;
}
