import { AppError } from '@pelton/contract';
import { type FieldResolver, resolveProperty } from '@pelton/sdk';

/**
 * Fields of a condition on an event that is looked for every few seconds: what the event itself says, and nothing that
 * would have to be looked up.
 * @throws PARAM_INVALID for any other
 */
export const ofTheEvent: FieldResolver = (rule) => {
  if (rule.field.startsWith('@'))
    throw new AppError('PARAM_INVALID', {
      field: 'condition',
      reason: `${rule.field} is not of the event itself. Put a filter after this instead`,
    });
  return resolveProperty(rule);
};
