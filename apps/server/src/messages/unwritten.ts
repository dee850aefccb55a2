import type { JsonSchema } from '@pelton/contract';
import { templatesOf } from './renderer.js';

/** The first text that the channel needs and nobody wrote, by the channel's schema. */
export function unwritten(
  content: Record<string, unknown>,
  schema: JsonSchema,
): { field: string; title: string } | undefined {
  const needed = (schema['required'] ?? []) as string[]; // JSON Schema of an object
  const blank = Object.fromEntries(needed.map((field) => [field, '']));
  const texts = templatesOf({ ...blank, ...content }, schema);
  return texts.find(({ field, text }) => needed.includes(field) && text.trim() === '');
}
