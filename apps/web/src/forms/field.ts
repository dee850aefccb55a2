import { type JsonSchema, UiHint } from '@pelton/contract';

type Widget = NonNullable<UiHint['widget']>;

/** How a field is drawn: by its widget, or by its JSON type where it has none. */
export type FieldKind = Widget | 'string' | 'number' | 'boolean' | 'enum' | 'objects' | 'list' | 'object';

/** One parameter, as a form knows it. */
export interface Field {
  name: string;
  kind: FieldKind;
  title: string;
  help: string;
  isRequired: boolean;
  /** Said as *optional*: nothing has to be given, and nothing is when it is left alone. */
  isOptional: boolean;
  isAdvanced: boolean;
  initial: unknown;
  ui: UiHint;
  options: string[];
  limits: Limits;
  /** The fields of an `object`, or of each item of `objects`. */
  fields: Field[];
  /** A list of names, such as properties to break down by. */
  isMany: boolean;
}

export interface Limits {
  isWhole: boolean;
  minimum?: number | undefined;
  maximum?: number | undefined;
  minLength?: number | undefined;
  maxLength?: number | undefined;
  minItems?: number | undefined;
  maxItems?: number | undefined;
  pattern?: string | undefined;
}

/** The keywords that zod's JSON Schema of parameters has. */
interface Node {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  enum?: string[];
  properties?: Record<string, Node>;
  required?: string[];
  items?: Node;
  $ref?: string;
  $defs?: Record<string, Node>;
  ui?: UiHint;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
}

/** Reads a JSON Schema of an object as the fields of a form, in its order. */
export function fieldsOf(schema: JsonSchema): Field[] {
  const root = schema as Node; // written by zod or by a plugin's manifest, and read with care
  return readFields(root, root.$defs ?? {});
}

function readFields(node: Node, definitions: Record<string, Node>): Field[] {
  return Object.entries(node.properties ?? {}).map(([name, inner]) =>
    readField(name, resolve(inner, definitions), node.required?.includes(name) ?? false, definitions),
  );
}

function readField(name: string, node: Node, isRequired: boolean, definitions: Record<string, Node>): Field {
  const ui = UiHint.safeParse(node.ui ?? {}).data ?? {};
  const kind = kindOf(node, ui);
  const items = node.items && resolve(node.items, definitions);
  const fields = kind === 'objects' && items ? readFields(items, definitions) : [];
  const initial = node.default ?? emptyOf(kind, node);
  return {
    name,
    kind,
    title: node.title ?? name,
    help: node.description ?? '',
    isRequired,
    isOptional: !isRequired && !ui.needed && kind !== 'boolean' && isEmpty(node.default),
    isAdvanced: ui.advanced ?? false,
    initial,
    ui,
    options: node.enum ?? [],
    limits: {
      isWhole: node.type === 'integer',
      minimum: node.minimum,
      maximum: node.maximum,
      minLength: node.minLength,
      maxLength: node.maxLength,
      minItems: node.minItems,
      maxItems: node.maxItems,
      pattern: node.pattern,
    },
    fields: kind === 'object' ? readFields(node, definitions) : fields,
    isMany: node.type === 'array' && kind !== 'objects',
  };
}

function resolve(node: Node, definitions: Record<string, Node>): Node {
  const name = node.$ref?.replace('#/$defs/', '');
  const target = name === undefined ? undefined : definitions[name];
  return target ? { ...target, ...node } : node;
}

function kindOf(node: Node, ui: UiHint): FieldKind {
  if (ui.widget) return ui.widget;
  if (node.enum) return 'enum';
  if (node.type === 'boolean') return 'boolean';
  if (node.type === 'number' || node.type === 'integer') return 'number';
  if (node.type === 'array') return node.items?.properties || node.items?.$ref ? 'objects' : 'list';
  return node.type === 'object' ? 'object' : 'string';
}

/** What a new step starts with, so that the server says in its own words what is missing. */
function emptyOf(kind: FieldKind, node: Node): unknown {
  if (kind === 'condition') return { combinator: 'and', rules: [] };
  if (node.type === 'array') return [];
  if (kind === 'boolean') return false;
  if (kind === 'object') return {};
  return node.type === 'string' && !node.enum ? '' : undefined;
}

/** True for what a person would call nothing. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && 'rules' in value && Array.isArray(value.rules) && value.rules.length === 0;
}

/** Whether a field matters for these values: its hint may name siblings and the values that they must have. */
export function isShown({ ui }: Field, fields: readonly Field[], values: Record<string, unknown>): boolean {
  return Object.entries(ui.when ?? {}).every(([name, wanted]) => {
    const value = values[name] ?? fields.find((field) => field.name === name)?.initial;
    return typeof value === 'string' && wanted.includes(value);
  });
}

/** The values that a form for these fields starts with. */
export function initialValues(fields: readonly Field[]): Record<string, unknown> {
  const begun = fields.map((field) => ({ ...field, initial: firstItem(field) ?? field.initial }));
  const needed = begun.filter(({ isRequired, initial }) => isRequired || !isEmpty(initial));
  return Object.fromEntries(
    needed.flatMap(({ name, initial }) => (initial === undefined ? [] : [[name, structuredClone(initial)]])),
  );
}

/** A list that needs an item begins with one to fill in. */
function firstItem({ kind, initial, limits, fields }: Field): unknown {
  return kind === 'objects' && isEmpty(initial) && limits.minItems ? [initialValues(fields)] : undefined;
}
