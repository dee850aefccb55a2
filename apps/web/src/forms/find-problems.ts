import { type Field, isEmpty } from './field';

/** Something wrong that can be seen without asking the server: a key under `forms.problems` and its facts. */
export interface LocalProblem {
  field: string;
  code:
    | 'required'
    | 'choose'
    | 'tooSmall'
    | 'tooLarge'
    | 'tooShort'
    | 'tooLong'
    | 'tooFew'
    | 'tooMany'
    | 'pattern'
    | 'whole';
  facts: { limit?: number; title?: string };
}

/** Checks values by the basics of JSON Schema; all that needs knowledge of the data is the server's. */
export function findProblems(fields: readonly Field[], values: Record<string, unknown>, path = ''): LocalProblem[] {
  return fields.flatMap((field) => {
    const at = path ? `${path}.${field.name}` : field.name;
    const value = values[field.name];
    const own = problemOf(field, value);
    if (own) return [{ ...own, field: at }];
    return field.kind === 'objects' || field.kind === 'object' ? findInside(field, value, at) : [];
  });
}

function findInside(field: Field, value: unknown, at: string): LocalProblem[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => findProblems(field.fields, toObject(item), `${at}.${index}`));
  return isEmpty(value) ? [] : findProblems(field.fields, toObject(value), at);
}

function problemOf(field: Field, value: unknown): Omit<LocalProblem, 'field'> | undefined {
  if (isEmpty(value)) return emptyProblem(field);
  if (typeof value === 'number') return numberProblem(field, value);
  if (typeof value === 'string') return textProblem(field, value);
  if (Array.isArray(value)) return listProblem(field, value.length);
  return undefined;
}

function emptyProblem({ kind, title, isRequired, limits }: Field): Omit<LocalProblem, 'field'> | undefined {
  if (limits.minItems) return { code: 'tooFew', facts: { limit: limits.minItems, title } };
  const mustBeGiven = isRequired && kind !== 'condition' && kind !== 'objects' && kind !== 'list';
  if (!mustBeGiven || (limits.minLength === undefined && kind === 'string')) return undefined;
  return { code: isTyped(kind) ? 'required' : 'choose', facts: { title } };
}

/** Written by hand, rather than chosen from what there is. */
function isTyped(kind: Field['kind']): boolean {
  return ['string', 'text', 'number', 'template', 'html', 'sql', 'formula', 'secret', 'event'].includes(kind);
}

function numberProblem({ limits }: Field, value: number): Omit<LocalProblem, 'field'> | undefined {
  if (limits.isWhole && !Number.isInteger(value)) return { code: 'whole', facts: {} };
  if (limits.minimum !== undefined && value < limits.minimum)
    return { code: 'tooSmall', facts: { limit: limits.minimum } };
  if (limits.maximum !== undefined && value > limits.maximum)
    return { code: 'tooLarge', facts: { limit: limits.maximum } };
  return undefined;
}

function textProblem({ limits }: Field, value: string): Omit<LocalProblem, 'field'> | undefined {
  if (limits.minLength !== undefined && value.length < limits.minLength)
    return { code: 'tooShort', facts: { limit: limits.minLength } };
  if (limits.maxLength !== undefined && value.length > limits.maxLength)
    return { code: 'tooLong', facts: { limit: limits.maxLength } };
  if (limits.pattern !== undefined && !fits(value, limits.pattern)) return { code: 'pattern', facts: {} };
  return undefined;
}

function listProblem({ title, limits }: Field, count: number): Omit<LocalProblem, 'field'> | undefined {
  if (limits.minItems !== undefined && count < limits.minItems)
    return { code: 'tooFew', facts: { limit: limits.minItems, title } };
  if (limits.maxItems !== undefined && count > limits.maxItems)
    return { code: 'tooMany', facts: { limit: limits.maxItems, title } };
  return undefined;
}

/** A pattern that this browser cannot read holds for everything; the server has the last word. */
function fits(value: string, pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return true;
  }
}

function toObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
