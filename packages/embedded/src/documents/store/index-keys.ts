import { isArrayIndex } from '../bson/path.js';
import { type BsonDocument, emptyArray, getField, isDocument } from '../bson/value.js';
import { CommandError } from '../command-error.js';

/** The values of a document's indexed fields: one tuple per entry, several where a path leads through an array. */
export interface IndexedValues {
  readonly tuples: unknown[][];
  /** For each field, whether it leads through an array. */
  readonly isMultikey: boolean[];
}

interface Walk {
  readonly value: unknown;
  readonly path: readonly string[];
  readonly step: number;
  /** An array that is itself an element is a value, it is not opened again. */
  readonly isElement: boolean;
}

/**
 * Finds what a document has at an index's paths; missing fields are undefined.
 * @throws CannotIndexParallelArrays when two paths lead through different arrays
 */
export function indexedValues(document: BsonDocument, paths: readonly (readonly string[])[]): IndexedValues {
  const isMultikey = paths.map(() => false);
  const tuples: unknown[][] = [];
  expand(
    paths.map((path) => ({ value: document, path, step: 0, isElement: false })),
    tuples,
    isMultikey,
  );
  return { tuples, isMultikey };
}

function expand(walks: readonly Walk[], tuples: unknown[][], isMultikey: boolean[]): void {
  const advanced = walks.map(advance);
  const array = advanced.find(isAtArray)?.value as unknown[] | undefined;
  if (!array) {
    tuples.push(advanced.map(({ value }) => value));
    return;
  }
  for (const [i, walk] of advanced.entries()) {
    if (!isAtArray(walk)) continue;
    isMultikey[i] = true;
    if (walk.value === array) continue;
    const names = [walks.find(({ value }) => value === array) ?? advanced.find(isAtArray)!, walk];
    throw new CommandError(
      'CannotIndexParallelArrays',
      `cannot index parallel arrays [${names.map(({ path }) => path.join('.')).join('] [')}]`,
    );
  }
  const elements = array.length > 0 ? array : [emptyArray];
  for (const element of elements) {
    const next = advanced.map((walk) => (walk.value === array && isAtArray(walk) ? atElement(walk, element) : walk));
    expand(next, tuples, isMultikey);
  }
}

function isAtArray({ value, isElement }: Walk): boolean {
  return Array.isArray(value) && !isElement;
}

function atElement(walk: Walk, element: unknown): Walk {
  if (walk.step === walk.path.length) return { ...walk, value: element, isElement: true };
  return { ...walk, value: isDocument(element) ? element : undefined };
}

/** Follows the path as far as documents go: to its end or to an array that must be opened. */
function advance(walk: Walk): Walk {
  let { value, step } = walk;
  const { path, isElement } = walk;
  while (step < path.length) {
    const name = path[step]!;
    if (Array.isArray(value)) {
      if (!isArrayIndex(name) || value[Number(name)] === undefined) return { value, path, step, isElement: false };
      value = value[Number(name)];
    } else value = isDocument(value) ? getField(value, name) : undefined;
    step++;
  }
  return { value, path, step, isElement };
}
