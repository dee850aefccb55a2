import { EJSON } from 'bson';

const mostCharacters = 200;

/** A value as a message shows it: texts as they are, others as JSON, both cut to a readable length. */
export function showValue(value: unknown): string {
  const text = typeof value === 'string' ? value : (EJSON.stringify(value) ?? 'undefined');
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}
