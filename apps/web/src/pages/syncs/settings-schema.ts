import type { JsonSchema } from '@pelton/contract';

/** What a stream asks for besides its name, as a form; undefined when that is nothing. */
export function settingsSchema(stream: JsonSchema): JsonSchema | undefined {
  const { stream: _name, ...properties } = (stream['properties'] ?? {}) as JsonSchema; // an object's schema
  if (Object.keys(properties).length === 0) return undefined;
  const required = Array.isArray(stream['required']) ? stream['required'].filter((name) => name !== 'stream') : [];
  return { ...stream, properties, required };
}
