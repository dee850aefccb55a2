import { type BsonDocument, isDocument, setField } from '../../bson/value.js';
import { badValue } from '../../command-error.js';
import type { ExpressionFunction } from '../expression.js';
import { isAbsent } from './arithmetic.js';

/** Operators on documents. */
export const objectFunctions: Readonly<Record<string, ExpressionFunction>> = {
  $mergeObjects: (...values) => {
    const parts = values.length === 1 && Array.isArray(values[0]) ? (values[0] as unknown[]) : values;
    return mergeDocuments(parts);
  },
  $objectToArray: (value) => {
    if (isAbsent(value)) return null;
    if (!isDocument(value)) throw badValue('$objectToArray requires a document input');
    return Object.entries(value).map(([k, v]) => ({ k, v }));
  },
  $arrayToObject: (value) => {
    if (isAbsent(value)) return null;
    if (!Array.isArray(value)) throw badValue('$arrayToObject requires an array input');
    const document: BsonDocument = {};
    for (const entry of value as unknown[]) {
      const [name, field] = Array.isArray(entry) ? entry : isDocument(entry) ? [entry['k'], entry['v']] : [];
      if (typeof name !== 'string') throw badValue('$arrayToObject requires entries of a string key and a value');
      setField(document, name, field ?? null);
    }
    return document;
  },
};

/** One document of the fields of several, later ones winning; null and missing count as empty. */
export function mergeDocuments(values: readonly unknown[]): BsonDocument {
  const merged: BsonDocument = {};
  for (const value of values) {
    if (isAbsent(value)) continue;
    if (!isDocument(value)) throw badValue('$mergeObjects requires object inputs');
    for (const [field, each] of Object.entries(value)) setField(merged, field, each);
  }
  return merged;
}
