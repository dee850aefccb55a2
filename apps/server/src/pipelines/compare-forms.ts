import { type FormChange, type JsonSchema, stableText } from '@pelton/contract';

/** How a form differs between two versions of a plugin, field by field. */
export function compareForms(before: JsonSchema, after: JsonSchema): FormChange[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  return names.flatMap((field) => changeOf(field, old.get(field), now.get(field)));
}

interface Field {
  schema: JsonSchema;
  isNeeded: boolean;
}

function changeOf(field: string, before: Field | undefined, after: Field | undefined): FormChange[] {
  if (before && after && stableText(before) === stableText(after)) return [];
  const title = (after ?? before)?.schema['title'];
  return [
    {
      field,
      title: typeof title === 'string' ? title : field,
      what: before ? (after ? 'changed' : 'removed') : 'added',
      isNeeded: after?.isNeeded ?? false,
      before: before ? JSON.stringify(before.schema) : null,
      after: after ? JSON.stringify(after.schema) : null,
    },
  ];
}

function fieldsOf(form: JsonSchema): Map<string, Field> {
  const needed = new Set(Array.isArray(form['required']) ? form['required'] : []);
  const properties = (form['properties'] ?? {}) as Record<string, JsonSchema>; // by the rules of JSON Schema
  return new Map(
    Object.entries(properties).map(([name, schema]) => [
      name,
      { schema, isNeeded: needed.has(name) && !('default' in schema) },
    ]),
  );
}
