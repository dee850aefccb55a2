import { type BsonDocument, getField, isDocument } from './value.js';

/** Whether a step of a path can be a place in an array. */
export function isArrayIndex(step: string): boolean {
  return /^\d+$/.test(step);
}

/**
 * What a query sees at a path: the value itself, or undefined where a document lacks the field.
 * Arrays on the way give what each of their documents has, and an element by its number.
 */
export function matchedValues(value: unknown, path: readonly string[], from = 0, found: unknown[] = []): unknown[] {
  const step = path[from];
  if (step === undefined) found.push(value);
  else if (Array.isArray(value)) {
    const element: unknown = isArrayIndex(step) ? value[Number(step)] : undefined;
    if (element !== undefined) matchedValues(element, path, from + 1, found);
    for (const each of value) if (isDocument(each)) matchedValues(each, path, from, found);
  } else if (isDocument(value) && Object.hasOwn(value, step)) matchedValues(value[step], path, from + 1, found);
  else found.push(undefined);
  return found;
}

/** All values at a path with the elements of arrays one by one, as `distinct` lists them; nothing where it is missing. */
export function elementValues(value: unknown, path: readonly string[]): unknown[] {
  return matchedValues(value, path).flatMap((each) => (each === undefined ? [] : Array.isArray(each) ? each : [each]));
}

/**
 * The value of a field path in an expression: arrays on the way give an array of what their documents have,
 * and a number is a field name, not a place.
 */
export function expressionValue(value: unknown, path: readonly string[], from = 0): unknown {
  let current = value;
  for (let i = from; i < path.length; i++) {
    if (Array.isArray(current)) {
      const rest = current.map((element: unknown) => expressionValue(element, path, i));
      return rest.filter((element) => element !== undefined);
    }
    if (!isDocument(current)) return undefined;
    current = getField(current, path[i]!);
  }
  return current;
}

/** Sets a value below a document, making the documents on the way. */
export function setPath(document: BsonDocument, path: readonly string[], value: unknown): void {
  let current = document;
  for (const step of path.slice(0, -1)) {
    const next = getField(current, step);
    if (isDocument(next)) current = next;
    else current = current[step] = {};
  }
  current[path.at(-1)!] = value;
}
