import { AppError, isAppError } from './errors.js';
import { fieldTitle } from './field-title.js';
import type { JsonSchema } from './ui.js';

/**
 * What is wrong with a parameter, with the parameter called as its form calls it; any other error as it is.
 * @param forms the schemas of the forms that it may stand in, of which the first that has it counts
 */
export function nameField<E>(error: E, ...forms: readonly JsonSchema[]): E | AppError {
  if (!isAppError(error) || error.code !== 'PARAM_INVALID') return error;
  const { facts } = error as AppError<'PARAM_INVALID'>; // the code was just compared
  if (facts.title !== undefined) return error;
  const [title] = forms.flatMap((form) => fieldTitle(form, facts.field) ?? []);
  return title === undefined ? error : new AppError('PARAM_INVALID', { ...facts, title }, { cause: error });
}

/** What is wrong with the first parameter that the schema of a form refused. */
export function refusedParam([issue]: readonly { path: PropertyKey[]; message: string }[], form: JsonSchema): AppError {
  const field = issue?.path.join('.') || 'parameters';
  return nameField(new AppError('PARAM_INVALID', { field, reason: issue?.message ?? 'is wrong' }), form);
}
