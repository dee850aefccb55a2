import { CommandError } from '../command-error.js';
import { isRegularExpression } from '../query/regular-expression.js';

/** @throws InvalidIdField for types that `_id` cannot have */
export function assertId(id: unknown): void {
  if (!Array.isArray(id) && !isRegularExpression(id)) return;
  throw new CommandError('InvalidIdField', "The '_id' value cannot be of type array or regex");
}
