import type { Field } from './field';
import type { FormContext } from './form-context';

/** What every control is given. It emits `update:modelValue`. */
export interface ControlProps {
  field: Field;
  modelValue: unknown;
  /** The values beside this one, for a field that depends on another. */
  values: Record<string, unknown>;
  context: FormContext;
  id: string;
  describedBy: string;
  isBad: boolean;
  isDisabled: boolean;
  /** What is wrong with this value itself. */
  problem?: Problem | undefined;
  /** What is wrong inside, by path from this field: `0.formula`. */
  problems: Problem[];
}

/** A problem in words, at a path such as `columns.0.formula`. */
export interface Problem {
  field: string;
  message: string;
  /** Where in the text of the value, in characters from 0. */
  at?: number | undefined;
}

/** The problems below a path, with the path taken off. */
export function problemsUnder(problems: readonly Problem[], path: string): Problem[] {
  const prefix = `${path}.`;
  return problems
    .filter((problem) => problem.field.startsWith(prefix))
    .map(({ field, ...told }) => ({ ...told, field: field.slice(prefix.length) }));
}

/** A value that should be text, as text. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** A value that should be a list of names, as one. */
export function toNames(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
