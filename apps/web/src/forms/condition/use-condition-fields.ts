import type { PropertyName } from '@pelton/contract';
import { computed, type ComputedRef } from 'vue';
import { useEventProperties } from '@/api/events';
import { useRelatedNames } from '@/api/items';
import { useTraits } from '@/api/users';
import { type ControlProps, toText } from '../control';
import { columnsOf, sourceOf } from '../form-context';
import { familyOf, traitFamily } from '../property-family';
import type { ConditionField } from './edit-condition';

/** What a condition may be about: columns of a port, properties of the event in a sibling (`event:<param>`), or traits; of events also what their users and items are. */
export function useConditionFields(props: ControlProps): ComputedRef<ConditionField[]> {
  const { of = '' } = props.field.ui;
  if (of.startsWith('event:')) {
    const { data } = useEventProperties(() => toText(props.values[of.slice('event:'.length)]));
    const { data: related } = useRelatedNames();
    return computed(() => [
      ...(data.value ?? []).map((property) => ({
        name: property.name,
        family: familyOf(property),
        examples: property.examples,
      })),
      ...(related.value ?? []).map(toField),
    ]);
  }
  if (of === 'traits') {
    const { data } = useTraits();
    const { data: related } = useRelatedNames();
    const ofGroups = computed(() => (related.value ?? []).filter((name) => name.of === 'group'));
    return computed(() => [...(data.value ?? []), ...ofGroups.value].map(toField));
  }
  return computed(() => {
    const source = sourceOf(props.context, of);
    return columnsOf(props.context, of).map(({ name, family }) => ({ name, family, examples: [], source }));
  });
}

/** Traits, and properties of items, are kept as text. */
function toField({ name, examples }: Pick<PropertyName, 'name' | 'examples'>): ConditionField {
  return { name, family: traitFamily({ examples }), examples };
}
