/** The part of a JSON Schema that tells a column's type. */
interface PropertySchema {
  type?: string | string[];
  format?: string;
  anyOf?: PropertySchema[];
}

/**
 * Columns for the properties of a JSON Schema, as Singer and Airbyte describe records. Every column may be empty; what
 * is neither a number, a boolean nor a time becomes text, and what is nested its JSON.
 */
export function columnsOfJsonSchema(schema: unknown): { name: string; type: string }[] {
  const { properties = {} } = (schema ?? {}) as { properties?: Record<string, PropertySchema> }; // a schema by its place in a protocol
  return Object.entries(properties).map(([name, property]) => ({ name, type: `Nullable(${typeOf(property)})` }));
}

function typeOf({ type, format, anyOf }: PropertySchema): string {
  const kinds = [type ?? []].flat().filter((kind) => kind !== 'null');
  if (kinds.length === 0 && anyOf) {
    const types = new Set(anyOf.filter((one) => one.type !== 'null').map(typeOf));
    return types.size === 1 ? ([...types][0] ?? 'String') : 'String';
  }
  if (kinds.length !== 1)
    return kinds.every((kind) => /^(integer|number)$/.test(kind)) && kinds.length > 0 ? 'Float64' : 'String';
  if (kinds[0] === 'integer') return 'Int64';
  if (kinds[0] === 'number') return 'Float64';
  if (kinds[0] === 'boolean') return 'Bool';
  if (kinds[0] === 'string' && format === 'date-time') return "DateTime64(6, 'UTC')";
  return kinds[0] === 'string' && format === 'date' ? 'Date32' : 'String';
}
