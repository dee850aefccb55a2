import { type ColumnFamily, describeColumn, type PropertyName } from '@pelton/contract';

/** What a property holds: the family that all its types share; several are read as text. */
export function familyOf({ types }: Pick<PropertyName, 'types'>): ColumnFamily {
  const families = new Set(types.map((type) => describeColumn('', type).family));
  const [only] = families;
  return families.size === 1 && only !== undefined ? only : 'text';
}

/** Traits are kept as text; one whose examples are all numbers is offered as a number. */
export function traitFamily({ examples }: Pick<PropertyName, 'examples'>): ColumnFamily {
  const areNumbers =
    examples.length > 0 && examples.every((example) => example !== '' && !Number.isNaN(Number(example)));
  return areNumbers ? 'number' : 'text';
}
