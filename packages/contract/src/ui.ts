import { z } from 'zod';

/**
 * How a form draws a parameter whose JSON type alone does not tell. Kept in JSON Schema under `ui`.
 * - `column`, `columns`: names of columns of the input port `of` (default: the first)
 * - `known_column`: columns of the dataset or the item type that the form's parameters in `of` name (`dataset,itemType`)
 * - `values`: values seen in the column that the sibling parameter `of` names
 * - `event`, `property`, `trait`: names seen in the project's data; `of` names the sibling parameter that holds the event
 * - `metric`, `tag`, `experiment`, `message`, `connection`: names of definitions; `of` narrows the connection's kind
 * - `dataset`, `item_type`: names of those that the project has; with `of: "new"` of a dataset that is to be made too
 * - `pipeline`: names of those that have a live version
 * - `stream`: what the connection in the sibling parameter `of` offers
 * - `condition`: a condition tree over columns (`of` an input port), properties (`of: "event:<param>"`)
 * - `file`: an uploaded file; `secret`: write-only; `template`: Liquid text; `html`: Liquid in HTML
 */
export const UiHint = z.object({
  widget: z
    .enum([
      'column',
      'columns',
      'known_column',
      'values',
      'event',
      'property',
      'trait',
      'metric',
      'tag',
      'experiment',
      'message',
      'dataset',
      'pipeline',
      'item_type',
      'connection',
      'stream',
      'condition',
      'formula',
      'sql',
      'file',
      'secret',
      'template',
      'html',
      'text',
      'timezone',
    ])
    .optional(),
  of: z.string().optional(),
  /** Has to be given where it is shown, though it is empty by default. */
  needed: z.boolean().optional(),
  unit: z.string().optional(),
  /** Hidden behind "More" in the form. */
  advanced: z.boolean().optional(),
  placeholder: z.string().optional(),
  /** Shown only while sibling parameters have one of these values. */
  when: z.record(z.string(), z.array(z.string())).optional(),
});
export type UiHint = z.infer<typeof UiHint>;

declare module 'zod' {
  interface GlobalMeta {
    ui?: UiHint;
  }
}

/** A JSON Schema of parameters, draft 2020-12, with `ui` beside the standard keywords. */
export const JsonSchema = z.record(z.string(), z.json());
export type JsonSchema = z.infer<typeof JsonSchema>;

/** Renders a zod object as the JSON Schema that forms, the API and the docs use. */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' }) as JsonSchema; // JSON by construction
}
