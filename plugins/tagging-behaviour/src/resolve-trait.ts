import { type FieldResolver, trait } from '@pelton/sdk';

/** Resolves fields of a condition as traits; the family follows the value, because a trait is kept as text. */
export const resolveTrait: FieldResolver = ({ field, operator, value }) => {
  const family = operator.endsWith('LastDays') ? 'time' : familyOf([value].flat()[0]);
  return { sql: trait(field, family), family };
};

function familyOf(value: string | number | boolean | undefined): 'text' | 'number' | 'boolean' {
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'text';
}
