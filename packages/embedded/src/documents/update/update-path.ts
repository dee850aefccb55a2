import { isArrayIndex } from '../bson/path.js';
import { type BsonDocument, getField, isDocument, setField, typeOf } from '../bson/value.js';
import { badValue, CommandError } from '../command-error.js';
import type { Filter } from '../query/filter.js';

/** What the placeholders of update paths stand for. */
export interface Placeholders {
  /** The place of the element that matched the query, for `$`; undefined when none did. */
  readonly position: () => number | undefined;
  /** The filters of `$[identifier]`. */
  readonly arrayFilters: ReadonlyMap<string, Filter>;
}

/** A padded array must not be used to fill the memory. */
const mostPadding = 1_500_000;

/** Splits a path and refuses what no update may write to. */
export function parseUpdatePath(path: string): string[] {
  const steps = path.split('.');
  if (steps.includes(''))
    throw badValue(`The update path '${path}' contains an empty field name, which is not allowed.`);
  const wrong = steps.find((step) => step.startsWith('$') && step !== '$' && !/^\$\[\w*\]$/.test(step));
  if (wrong === undefined) return steps;
  const message = `The dollar ($) prefixed field '${wrong}' in '${path}' is not allowed in the context of an update`;
  throw new CommandError('DollarPrefixedFieldName', message);
}

/** The concrete paths that a path with placeholders stands for in a document. */
export function expandPath(document: BsonDocument, steps: readonly string[], placeholders: Placeholders): string[][] {
  const at = steps.findIndex((step) => step.startsWith('$'));
  if (at < 0) return [[...steps]];
  const before = steps.slice(0, at);
  const target = valueAt(document, before);
  return placesOf(steps, at, target, placeholders).flatMap((place) =>
    expandPath(document, [...before, String(place), ...steps.slice(at + 1)], placeholders),
  );
}

function placesOf(steps: readonly string[], at: number, target: unknown, placeholders: Placeholders): number[] {
  const path = steps.join('.');
  if (steps[at] === '$') {
    const position = placeholders.position();
    if (position !== undefined) return [position];
    throw badValue('The positional operator did not find the match needed from the query.');
  }
  if (!Array.isArray(target)) {
    const field = steps.slice(0, at).join('.');
    if (target === undefined) {
      throw badValue(`The path '${field}' must exist in the document in order to apply array updates.`);
    }
    throw badValue(`Cannot apply array updates to non-array element ${field}: ${typeOf(target)}`);
  }
  const identifier = steps[at]!.slice(2, -1);
  const places = [...target.keys()];
  if (identifier === '') return places;
  const filter = placeholders.arrayFilters.get(identifier);
  if (!filter) throw badValue(`No array filter found for identifier '${identifier}' in path '${path}'`);
  return places.filter((place) => filter.test({ [identifier]: target[place] }));
}

/** A place in a document that can be read and written. */
export interface Slot {
  readonly value: unknown;
  set(value: unknown): void;
  /** Takes a field away; an element of an array becomes null. */
  remove(): void;
}

/**
 * Finds the place of a concrete path; documents on the way are made if something is written.
 * @throws PathNotViable when the path leads into something that has no fields
 */
export function slotAt(document: BsonDocument, path: readonly string[]): Slot {
  const steps = path.slice(0, -1);
  const last = path.at(-1)!;
  const { container, missing } = descend(document, steps, path);
  const isHere = missing.length === 0;
  return {
    value: isHere ? childOf(container, last) : undefined,
    set(value) {
      if (isHere) setChild(container, last, value, path);
      else setChild(container, missing[0]!, nested([...missing.slice(1), last], value), path);
    },
    remove() {
      if (!isHere || childOf(container, last) === undefined) return;
      if (Array.isArray(container)) container[Number(last)] = null;
      else delete container[last];
    },
  };
}

function descend(
  document: BsonDocument,
  steps: readonly string[],
  path: readonly string[],
): { container: BsonDocument | unknown[]; missing: readonly string[] } {
  let container: BsonDocument | unknown[] = document;
  for (const [i, step] of steps.entries()) {
    const child: unknown = childOf(container, step);
    if (child === undefined) {
      if (Array.isArray(container) && !isArrayIndex(step)) throw notViable(path, step, container);
      return { container, missing: steps.slice(i) };
    }
    if (!isDocument(child) && !Array.isArray(child)) throw notViable(path, path[i + 1]!, child);
    container = child;
  }
  if (Array.isArray(container) && !isArrayIndex(path.at(-1)!)) throw notViable(path, path.at(-1)!, container);
  return { container, missing: [] };
}

function notViable(path: readonly string[], field: string, element: unknown): CommandError {
  return new CommandError(
    'PathNotViable',
    `Cannot create field '${field}' in element of type ${typeOf(element)} on the path '${path.join('.')}'`,
  );
}

function childOf(container: BsonDocument | unknown[], step: string): unknown {
  if (!Array.isArray(container)) return getField(container, step);
  return isArrayIndex(step) ? container[Number(step)] : undefined;
}

function setChild(container: BsonDocument | unknown[], step: string, value: unknown, path: readonly string[]): void {
  if (!Array.isArray(container)) {
    setField(container, step, value);
    return;
  }
  const place = Number(step);
  if (place > container.length + mostPadding) throw badValue(`the index of '${path.join('.')}' is too large`);
  while (container.length < place) container.push(null);
  container[place] = value;
}

function nested(steps: readonly string[], value: unknown): unknown {
  return steps.reduceRight((inner: unknown, step) => {
    const document: BsonDocument = {};
    setField(document, step, inner);
    return document;
  }, value);
}

function valueAt(document: BsonDocument, steps: readonly string[]): unknown {
  let value: unknown = document;
  for (const step of steps) {
    if (!isDocument(value) && !Array.isArray(value)) return undefined;
    value = childOf(value, step);
  }
  return value;
}
