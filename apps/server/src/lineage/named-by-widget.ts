import type { JsonSchema } from '@pelton/contract';

/** Values that a form's fields of one widget hold, such as the events that a template's parameters name. */
export function namedByWidget(form: JsonSchema, params: unknown, widget: string): string[] {
  return [...new Set(found(form, params, { widget, root: form }))];
}

interface Search {
  widget: string;
  root: JsonSchema;
}

function found(schema: JsonSchema, value: unknown, search: Search): string[] {
  const ui = schema['ui'] as { widget?: string } | undefined; // written by the form's own author
  if (ui?.widget === search.widget && typeof value === 'string') return value ? [value] : [];
  const ways = [...partsOf(schema, 'anyOf'), ...partsOf(schema, 'oneOf'), ...referred(schema, search.root)];
  const here = ways.flatMap((way) => found(way, value, search));
  if (Array.isArray(value)) return [...here, ...value.flatMap((item) => found(childOf(schema, 'items'), item, search))];
  if (typeof value !== 'object' || value === null) return here;
  const fields = childOf(schema, 'properties');
  return [...here, ...Object.entries(value).flatMap(([key, inner]) => found(childOf(fields, key), inner, search))];
}

function referred(schema: JsonSchema, root: JsonSchema): JsonSchema[] {
  const name = /^#\/\$defs\/(.+)$/.exec(String(schema['$ref'] ?? ''))?.[1]; // oxlint-disable-line typescript/no-base-to-string -- a reference is text
  return name ? [childOf(childOf(root, '$defs'), name)] : [];
}

function partsOf(schema: JsonSchema, key: string): JsonSchema[] {
  const parts = schema[key];
  return Array.isArray(parts) ? (parts as JsonSchema[]) : []; // schemas by the rules of JSON Schema
}

function childOf(schema: JsonSchema, key: string): JsonSchema {
  const child = schema[key];
  return typeof child === 'object' && child !== null && !Array.isArray(child) ? child : {};
}
