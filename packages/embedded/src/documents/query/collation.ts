import { compareStrings, type StringComparison } from '../bson/compare.js';
import type { BsonDocument } from '../bson/value.js';
import { badValue } from '../command-error.js';

/** The parts of MongoDB's collation document that are honoured. */
export interface Collation {
  readonly locale: string;
  /** 1 ignores case and accents, 2 ignores case, 3 and above nothing. */
  readonly strength?: number;
  readonly numericOrdering?: boolean;
}

/**
 * Reads a collation; the locale `simple` is the same as none.
 * @throws BadValue when it is not one
 */
export function parseCollation(value: unknown): Collation | undefined {
  if (value === undefined || value === null) return undefined;
  const { locale, strength, numericOrdering } = value as BsonDocument;
  if (typeof locale !== 'string') throw badValue('a collation needs a locale');
  if (locale === 'simple') return undefined;
  return { locale, strength: Number(strength ?? 3), numericOrdering: numericOrdering === true };
}

/** Whether an index made with one collation serves a query with the other. */
export function sameCollation(left: unknown, right: unknown): boolean {
  const [a, b] = [parseCollation(left), parseCollation(right)];
  return a?.locale === b?.locale && a?.strength === b?.strength && a?.numericOrdering === b?.numericOrdering;
}

/** Makes all strings that a collation holds equal the same; undefined without a collation. */
export function foldFor(value: unknown): ((text: string) => string) | undefined {
  const collation = parseCollation(value);
  if (!collation) return undefined;
  const { strength = 3 } = collation;
  if (strength > 2) return (text) => text.normalize('NFC');
  if (strength === 2) return (text) => text.normalize('NFKC').toLowerCase();
  return (text) => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** How a collation orders strings; equality follows its fold, so that an index and a scan agree. */
export function stringComparison(collation: Collation | undefined): StringComparison {
  const fold = foldFor(collation);
  if (!collation || !fold) return compareStrings;
  const { compare } = collatorFor(collation);
  return (left, right) => (fold(left) === fold(right) ? 0 : compare(left, right) || compareStrings(left, right));
}

function collatorFor({ locale, strength, numericOrdering }: Collation): Intl.Collator {
  const sensitivity = strength === 1 ? 'base' : strength === 2 ? 'accent' : 'variant';
  try {
    return new Intl.Collator(locale.replaceAll('_', '-'), { sensitivity, numeric: numericOrdering ?? false });
  } catch {
    throw badValue(`collation locale '${locale}' is not known`);
  }
}
