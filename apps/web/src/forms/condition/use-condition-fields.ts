import { computed, type ComputedRef } from 'vue';
import { useEventProperties } from '@/api/events';
import { useTraits } from '@/api/users';
import { type ControlProps, toText } from '../control';
import { columnsOf } from '../form-context';
import { familyOf, traitFamily } from '../property-family';
import type { ConditionField } from './edit-condition';

/** What a condition may be about: columns of a port, properties of the event in a sibling (`event:<param>`), or traits. */
export function useConditionFields(props: ControlProps): ComputedRef<ConditionField[]> {
  const { of = '' } = props.field.ui;
  if (of.startsWith('event:')) {
    const { data } = useEventProperties(() => toText(props.values[of.slice('event:'.length)]));
    return computed(() =>
      (data.value ?? []).map((property) => ({
        name: property.name,
        family: familyOf(property),
        examples: property.examples,
      })),
    );
  }
  if (of === 'traits') {
    const { data } = useTraits();
    return computed(() =>
      (data.value ?? []).map((trait) => ({ name: trait.name, family: traitFamily(trait), examples: trait.examples })),
    );
  }
  return computed(() => columnsOf(props.context, of).map(({ name, family }) => ({ name, family, examples: [] })));
}
