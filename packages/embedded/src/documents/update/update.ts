import type { Variables } from '../aggregate/expression.js';
import { compileTransforms } from '../aggregate/transforms.js';
import { areEqual, compareStrings } from '../bson/compare.js';
import { isArrayIndex } from '../bson/path.js';
import { type BsonDocument, cloneValue, isDocument } from '../bson/value.js';
import { badValue, CommandError } from '../command-error.js';
import type { Collation } from '../query/collation.js';
import { positionOf } from '../query/position.js';
import { compileArrayFilters } from './array-filters.js';
import { arrayModifiers } from './array-modifiers.js';
import { type Modifier, valueModifiers } from './modifiers.js';
import { expandPath, parseUpdatePath, slotAt } from './update-path.js';

/** A compiled update. */
export interface Update {
  /** Whether the update is a whole new document, which only one document may get. */
  readonly isReplacement: boolean;
  /**
   * What the update makes of a document, which is left as it is.
   * @param isInsert whether the document is being made by an upsert
   */
  readonly apply: (document: BsonDocument, isInsert?: boolean) => BsonDocument;
}

/** What an update depends on besides the document. */
export interface UpdateOptions {
  readonly query: BsonDocument;
  readonly arrayFilters: readonly BsonDocument[];
  readonly variables: Variables;
  readonly collation: Collation | undefined;
  readonly now: Date;
}

interface Operation {
  readonly path: string;
  readonly steps: readonly string[];
  readonly operand: unknown;
  readonly modify: Modifier;
}

const modifiers: Readonly<Record<string, Modifier>> = { ...valueModifiers, ...arrayModifiers };

/**
 * Compiles an update: a document of operators, a replacement, or a pipeline.
 * @throws FailedToParse for an unknown operator
 * @throws ConflictingUpdateOperators when two operators write to one place
 */
export function compileUpdate(update: unknown, options: UpdateOptions): Update {
  if (Array.isArray(update)) return pipelineUpdate(update, options);
  if (!isDocument(update)) throw new CommandError('FailedToParse', 'an update is a document or a pipeline');
  const [first] = Object.keys(update);
  if (!first?.startsWith('$')) return { isReplacement: true, apply: (document) => replace(document, update) };
  return { isReplacement: false, apply: operatorUpdate(update, options) };
}

/** @throws ImmutableField when the two documents have different `_id`s */
function assertSameId(before: BsonDocument, after: BsonDocument): void {
  if (before['_id'] === undefined || areEqual(before['_id'], after['_id'])) return;
  const message = "Performing an update on the path '_id' would modify the immutable field '_id'";
  throw new CommandError('ImmutableField', message);
}

function replace(document: BsonDocument, replacement: BsonDocument): BsonDocument {
  const { _id = document['_id'], ...fields } = replacement;
  const next = _id === undefined ? fields : { _id, ...fields };
  assertSameId(document, next);
  return next;
}

function pipelineUpdate(stages: readonly unknown[], { variables }: UpdateOptions): Update {
  const transform = compileTransforms(stages);
  const apply = (document: BsonDocument) => {
    const next = transform(cloneValue(document), variables);
    assertSameId(document, next);
    return next;
  };
  return { isReplacement: false, apply };
}

function operatorUpdate(update: BsonDocument, options: UpdateOptions): Update['apply'] {
  const operations = Object.entries(update).flatMap(([operator, operand]) => operationsOf(operator, operand));
  assertNoConflict(operations);
  // MongoDB makes new fields in the order of their names
  operations.sort((left, right) => comparePaths(left.steps, right.steps));
  const arrayFilters = compileArrayFilters(
    options.arrayFilters,
    operations.flatMap(({ steps }) => steps),
  );
  return (document, isInsert = false) => {
    const next = cloneValue(document);
    let position: { found: number | undefined } | undefined;
    const placeholders = {
      arrayFilters,
      position: () => (position ??= { found: positionOf(document, options.query, options.collation) }).found,
    };
    // Placeholders stand for places in the document as it was, whatever other operations make of it.
    const targets = operations.map(({ steps }) => expandPath(document, steps, placeholders));
    for (const [i, { path, operand, modify }] of operations.entries()) {
      for (const target of targets[i]!) {
        modify(slotAt(next, target), operand, { document: next, path, now: options.now, isInsert });
      }
    }
    assertSameId(document, next);
    return next;
  };
}

function operationsOf(operator: string, operand: unknown): Operation[] {
  if (operator === '$rename') return renames(operand);
  const modify = Object.hasOwn(modifiers, operator) ? modifiers[operator] : undefined;
  if (!modify) {
    throw new CommandError(
      'FailedToParse',
      `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
    );
  }
  if (!isDocument(operand)) {
    throw new CommandError(
      'FailedToParse',
      `Modifiers operate on fields but the operand of ${operator} is not an object`,
    );
  }
  return Object.entries(operand).map(([path, value]) => ({
    path,
    steps: parseUpdatePath(path),
    operand: value,
    modify,
  }));
}

/** Renaming is done at the old path; the new one is there for conflicts to be seen. */
function renames(operand: unknown): Operation[] {
  return Object.entries(isDocument(operand) ? operand : {}).flatMap(([from, to]) => {
    if (typeof to !== 'string') throw badValue(`The 'to' field for $rename must be a string: ${from}`);
    const target = parseUpdatePath(to);
    const rename: Modifier = (slot, _operand, { document }) => {
      if (slot.value === undefined) return;
      slot.remove();
      slotAt(document, target).set(slot.value);
    };
    return [
      { path: from, steps: parseUpdatePath(from), operand, modify: rename },
      { path: to, steps: target, operand, modify: () => undefined },
    ];
  });
}

function assertNoConflict(operations: readonly Operation[]): void {
  const sorted = operations.toSorted((left, right) => comparePaths(left.steps, right.steps));
  for (const [i, { steps, path }] of sorted.slice(1).entries()) {
    const before = sorted[i]!.steps;
    if (!before.every((step, at) => steps[at] === step)) continue;
    const message = `Updating the path '${path}' would create a conflict at '${before.join('.')}'`;
    throw new CommandError('ConflictingUpdateOperators', message);
  }
}

function comparePaths(left: readonly string[], right: readonly string[]): number {
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [a, b] = [left[i]!, right[i]!];
    const order = isArrayIndex(a) && isArrayIndex(b) ? Number(a) - Number(b) : compareStrings(a, b);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
